import { down, text, type Cursor } from '../../manifests/cursor.js';
import type { World } from '../../manifests/kind.js';
import type { Node } from '../../manifests/yaml-node.js';

/** What completes pods when they are made: policies, and the injector of a mesh with its templates. */
const COMPLETING = [
  ['kyverno.io', 'ClusterPolicy'],
  ['kyverno.io', 'Policy'],
  ['policies.kyverno.io', 'MutatingPolicy'],
  ['mutations.gatekeeper.sh', 'Assign'],
  ['mutations.gatekeeper.sh', 'ModifySet'],
  ['admissionregistration.k8s.io', 'MutatingAdmissionPolicy'],
] as const;
/** Installations, which say under `values` what the injector adds; hooks of gateways are elsewhere in them. */
const INSTALLING = [
  ['install.istio.io', 'IstioOperator'],
  ['sailoperator.io', 'Istio'],
] as const;

/** True when one of these writes a hook into pods: which pods, and for how long, only the cluster shows. */
export function addsHooks(ofKind: World['ofKind']): boolean {
  const all = (kinds: readonly (readonly [string, string])[]) =>
    kinds.flatMap(([group, kind]) => ofKind(group, kind));
  const injectors = ofKind('', 'ConfigMap').filter(({ object }) =>
    object.name.startsWith('istio-sidecar-injector'),
  );
  return [
    ...all(COMPLETING),
    ...all(INSTALLING).map((object) => down(object, 'spec', 'values')),
    ...injectors.map((object) => down(object, 'data', 'values')),
  ].some(mentionsHook);
}

function mentionsHook({ node }: Cursor): boolean {
  return node !== undefined && hasWord(node);
}

function hasWord(node: Node): boolean {
  if (node.kind === 'scalar') return /\bpreStop\b/.test(String(node.value));
  if (node.kind === 'list') return node.items.some(hasWord);
  return [...node.entries].some(([key, value]) => key === 'preStop' || hasWord(value));
}

/** Templates that come with Istio's injector. */
const BUILT_IN = new Set(['sidecar', 'gateway', 'grpc-simple', 'grpc-agent', 'waypoint']);

/** True when a template that only the installation holds is applied to the pods. */
export function hasOwnTemplate(annotations: Cursor): boolean {
  const names = text(down(annotations, 'inject.istio.io/templates')).value;
  return names.split(',').some((name) => name.trim() !== '' && !BUILT_IN.has(name.trim()));
}

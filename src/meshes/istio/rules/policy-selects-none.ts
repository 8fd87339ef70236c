import type { Place } from '../../../model/control.js';
import type { Labels } from '../../../model/mesh-control.js';
import { podsIn, podsWith, type Pods } from '../../../flow/pods.js';
import { isUnresolved, mayBeSelected } from '../../../flow/selection.js';
import { registryOf } from '../../../flow/registry.js';
import type { Selector } from '../../../flow/selector.js';
import { isSlip } from '../../../model/suggest.js';
import { ROOT_NAMESPACE } from '../effective/lookup.js';
import type { Report, Rule } from '../../../rules/rule.js';

/** Kinds that belong to the pods beside them; what extends proxies is mostly kept apart. */
const JUDGED = new Set([
  'AuthorizationPolicy',
  'PeerAuthentication',
  'RequestAuthentication',
  'Sidecar',
  'Telemetry',
]);

/** Pods among which a slip is looked for, so that many policies of many pods stay cheap. */
const LOOKED_AT = 500;

export const policySelectsNone: Rule = {
  code: 'POLICY_SELECTS_NONE',
  severity: 'warning',
  layer: 'mesh',
  title: 'The selector of a policy matches no pod: it protects nothing.',
  reads: [],
  why: 'A policy whose selector matches no pod is accepted and never acts: an AuthorizationPolicy that was to close a service leaves it open (IST0127, KIA0004). Where other manifests may hold the pods it is information.',
  fix: 'The labels of the pods, as in spec.template.metadata.labels.',
  check: ({ all }) => {
    if (all('mesh/workload').length + all('mesh/pod').length === 0) return undefined;
    return all('mesh/selection').flatMap((policy) =>
      policy.values.hasTargetRefs || !JUDGED.has(policy.values.objectKind)
        ? []
        : checkPolicy({ ...policy, labels: policy.values.selector }, all),
    );
  },
};

type Selecting = {
  readonly target: string;
  readonly namespace: string | undefined;
  readonly place: Place;
  readonly labels: Labels | undefined;
};

function checkPolicy(policy: Selecting, all: Selector): Report[] {
  const { target, namespace, labels, place } = policy;
  const isRoot = namespace === ROOT_NAMESPACE;
  // Of the whole mesh, or of pods that a gateway's installation or a Gateway object makes.
  if ((isRoot && labels === undefined) || isGateways(labels)) return [];
  // What is for a whole namespace waits for its pods; only a policy that was to close something does harm.
  if (Object.values(labels ?? {}).some(isUnresolved)) return [];
  if (labels === undefined && !target.startsWith('AuthorizationPolicy/')) return [];
  if (podsWith({ namespace: isRoot ? undefined : namespace, labels }, all).length > 0) return [];
  const pods = podsIn(isRoot ? undefined : namespace, all);
  if (pods.some(({ values }) => mayBeSelected(labels, values.labels))) return [];
  const near = pods.slice(0, LOOKED_AT).find((other) => isNear(policy, other));
  const wanted = Object.entries(labels ?? {}).map(([key, value]) => `${key}: ${value}`);
  const isSure = !isRoot && registryOf(all).isWhole(namespace);
  const there = near === undefined ? '' : `; ${near.target} has ${labelsIn(near, labels)}`;
  return [
    {
      target,
      at: place,
      also: near === undefined ? [] : [near.place],
      severity: isSure || near !== undefined ? 'warning' : 'info',
      message: `${wanted.length === 0 ? `No pod of namespace ${namespace ?? ''} is here` : `No pod here has ${wanted.join(', ')}`}${there}: ${target} acts on nothing${isSure || near !== undefined ? '' : ', unless the pods are elsewhere'}.`,
      fix:
        near === undefined
          ? 'The labels of the pods that are meant.'
          : `selector: { matchLabels: { ${labelsIn(near, labels)} } }`,
    },
  ];
}

function isGateways(labels: Labels = {}): boolean {
  return Object.entries(labels).some(
    ([key, value]) =>
      key.startsWith('gateway.networking.k8s.io/') ||
      key === 'istio' ||
      (/^(?:app|app\.kubernetes\.io\/name)$/.test(key) &&
        /^istio-|(?:ingress|egress|eastwest)-?gateway/.test(value)),
  );
}

/** Pods whose labels differ by a slip, or that are called as the policy is. */
function isNear({ target, labels = {} }: Selecting, { values }: Pods): boolean {
  const keys = Object.keys(labels).filter((key) => values.labels[key] !== undefined);
  if (keys.length === 0) return false;
  const isNamesake = target.split('/')[1] === values.name;
  return (
    isNamesake ||
    Object.entries(labels).every(
      ([key, value]) => values.labels[key] !== undefined && isSlip(value, values.labels[key]),
    )
  );
}

function labelsIn({ values }: Pods, wanted: Labels = {}): string {
  return Object.keys(wanted)
    .filter((key) => values.labels[key] !== undefined)
    .map((key) => `${key}: ${values.labels[key] ?? ''}`)
    .join(', ');
}

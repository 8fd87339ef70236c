import type { Node, Spot } from '../yaml-node.js';
import { changeRoot, scalarAt, type FieldPath } from './change-node.js';
import type { BuiltObject } from './object.js';

/** Where kinds hold the specification of pods, and the metadata of these. */
const TEMPLATES: Readonly<Record<string, FieldPath>> = {
  Pod: [],
  Deployment: ['spec', 'template'],
  ReplicaSet: ['spec', 'template'],
  ReplicationController: ['spec', 'template'],
  DaemonSet: ['spec', 'template'],
  StatefulSet: ['spec', 'template'],
  Job: ['spec', 'template'],
  CronJob: ['spec', 'jobTemplate', 'spec', 'template'],
};

/** Path of the template of a kind's pods; undefined for a kind that has none or that kustomize does not know. */
export function templateOf(kind: string): FieldPath | undefined {
  return TEMPLATES[kind];
}

const CONTAINERS = ['containers', 'initContainers'] as const;

const ofContainers = (...path: FieldPath): FieldPath[] =>
  CONTAINERS.map((key) => [key, '[]', ...path]);

/** Fields of a pod that name an object, by its kind. */
const IN_PODS: Readonly<Record<string, readonly FieldPath[]>> = {
  ConfigMap: [
    ...ofContainers('env', '[]', 'valueFrom', 'configMapKeyRef', 'name'),
    ...ofContainers('envFrom', '[]', 'configMapRef', 'name'),
    ['volumes', '[]', 'configMap', 'name'],
    ['volumes', '[]', 'projected', 'sources', '[]', 'configMap', 'name'],
  ],
  Secret: [
    ...ofContainers('env', '[]', 'valueFrom', 'secretKeyRef', 'name'),
    ...ofContainers('envFrom', '[]', 'secretRef', 'name'),
    ['volumes', '[]', 'secret', 'secretName'],
    ['volumes', '[]', 'projected', 'sources', '[]', 'secret', 'name'],
    ['imagePullSecrets', '[]', 'name'],
  ],
  ServiceAccount: [['serviceAccountName'], ['serviceAccount']],
  PersistentVolumeClaim: [['volumes', '[]', 'persistentVolumeClaim', 'claimName']],
  PriorityClass: [['priorityClassName']],
};

/** Fields of other kinds, by the kind that they name. */
const ELSEWHERE: Readonly<
  Record<string, readonly { readonly of: string; readonly at: FieldPath }[]>
> = {
  Service: [
    { of: 'StatefulSet', at: ['spec', 'serviceName'] },
    { of: 'Ingress', at: ['spec', 'rules', '[]', 'http', 'paths', '[]', 'backend', 'serviceName'] },
    {
      of: 'Ingress',
      at: ['spec', 'rules', '[]', 'http', 'paths', '[]', 'backend', 'service', 'name'],
    },
    { of: 'Ingress', at: ['spec', 'backend', 'serviceName'] },
    { of: 'Ingress', at: ['spec', 'defaultBackend', 'service', 'name'] },
    { of: 'APIService', at: ['spec', 'service', 'name'] },
    {
      of: 'MutatingWebhookConfiguration',
      at: ['webhooks', '[]', 'clientConfig', 'service', 'name'],
    },
    {
      of: 'ValidatingWebhookConfiguration',
      at: ['webhooks', '[]', 'clientConfig', 'service', 'name'],
    },
  ],
  Secret: [
    { of: 'Ingress', at: ['spec', 'tls', '[]', 'secretName'] },
    { of: 'ServiceAccount', at: ['imagePullSecrets', '[]', 'name'] },
    { of: 'ServiceAccount', at: ['secrets', '[]', 'name'] },
  ],
  Role: [{ of: 'RoleBinding', at: ['roleRef', 'name'] }],
  ClusterRole: [
    { of: 'RoleBinding', at: ['roleRef', 'name'] },
    { of: 'ClusterRoleBinding', at: ['roleRef', 'name'] },
  ],
  ServiceAccount: [
    { of: 'RoleBinding', at: ['subjects', '[]', 'name'] },
    { of: 'ClusterRoleBinding', at: ['subjects', '[]', 'name'] },
  ],
  ...Object.fromEntries(
    ['Deployment', 'ReplicaSet', 'ReplicationController', 'StatefulSet'].map((kind) => [
      kind,
      [{ of: 'HorizontalPodAutoscaler', at: ['spec', 'scaleTargetRef', 'name'] }],
    ]),
  ),
};

/** A name that was changed: of its kind, from what to what. */
export type Renaming = { readonly kind: string; readonly from: string; readonly to: string };

/**
 * Fields that name renamed objects follow them, in the kinds that kustomize knows. In custom resources, hosts of
 * routes among them, kustomize changes no name: there a prefix breaks what names the object.
 *
 * @param spot of the prefix or suffix
 */
export function followNames(
  objects: readonly BuiltObject[],
  renamings: readonly Renaming[],
  spot: Spot,
): readonly BuiltObject[] {
  const byKind = new Map<string, Map<string, string>>();
  for (const { kind, from, to } of renamings) {
    const names = byKind.get(kind) ?? new Map<string, string>();
    byKind.set(kind, names.set(from, to));
  }
  return objects.map((object) => {
    let { root } = object;
    for (const [kind, names] of byKind) {
      const follow = (value: Node | undefined): Node | undefined => {
        const to = value?.kind === 'scalar' ? names.get(String(value.value)) : undefined;
        return to === undefined ? undefined : scalarAt(to, spot);
      };
      for (const path of fieldsOf(object.name.kind, kind)) root = changeRoot(root, path, follow);
    }
    return root === object.root ? object : { ...object, root };
  });
}

/** Fields of one kind that name another. */
function fieldsOf(holder: string, named: string): readonly FieldPath[] {
  const template = templateOf(holder);
  const pods = template === undefined ? [] : (IN_PODS[named] ?? []);
  return [
    ...pods.map((path) => [...(template ?? []), 'spec', ...path]),
    ...(ELSEWHERE[named] ?? []).flatMap(({ of, at }) => (of === holder ? [at] : [])),
  ];
}

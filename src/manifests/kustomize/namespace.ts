import { entryOf } from '../node.js';
import type { MapNode, Node, Spot } from '../yaml-node.js';
import { changeRoot, scalarAt, textOf } from './change-node.js';
import { renamed, type BuiltObject } from './object.js';

/** Kinds without a namespace; of a Namespace kustomize changes the name. */
const CLUSTER_WIDE =
  /^(?:ClusterRole(?:Binding)?|CustomResourceDefinition|PersistentVolume|Node|StorageClass|PriorityClass|IngressClass|RuntimeClass|APIService|(?:Mutating|Validating)WebhookConfiguration|ValidatingAdmissionPolicy(?:Binding)?|CSIDriver|CSINode|VolumeAttachment|GatewayClass)$/;

/** `namespace` of a kustomization: of all objects that have one, and of the accounts that bindings name. */
export function inNamespace(
  objects: readonly BuiltObject[],
  root: MapNode,
): readonly BuiltObject[] {
  const namespace = textOf(root, 'namespace');
  const spot = entryOf(root, 'namespace')?.spot;
  if (namespace === undefined || namespace === '' || spot === undefined) return objects;
  const accounts = new Map(
    objects
      .filter(({ name }) => name.kind === 'ServiceAccount')
      .map(({ name }) => [name.name, name.namespace]),
  );
  return objects.map((object) => {
    const { kind } = object.name;
    if (kind === 'Namespace') return renamed(object, { name: namespace }, spot);
    const moved = CLUSTER_WIDE.test(kind) ? object : renamed(object, { namespace }, spot);
    return /^(?:Cluster)?RoleBinding$/.test(kind)
      ? withSubjects(moved, accounts, { namespace, spot })
      : moved;
  });
}

/** Subjects follow the accounts that are moved too; `default` is there in every namespace. */
function withSubjects(
  object: BuiltObject,
  accounts: ReadonlyMap<string, string>,
  { namespace, spot }: { readonly namespace: string; readonly spot: Spot },
): BuiltObject {
  const root = changeRoot(object.root, ['subjects', '[]'], (subject: Node | undefined) => {
    if (subject?.kind !== 'map' || textOf(subject, 'kind') !== 'ServiceAccount') return undefined;
    const name = textOf(subject, 'name') ?? '';
    const account = accounts.get(name);
    const given = textOf(subject, 'namespace');
    const isMoved = account !== undefined && (given ?? account) === account;
    if (name !== 'default' && !isMoved) return undefined;
    const entries = new Map([...subject.entries, ['namespace', scalarAt(namespace, spot)]]);
    return { ...subject, entries };
  });
  return { ...object, root };
}

import type { Labels } from '../../../model/mesh-control.js';
import { down, labelsOf, type Cursor } from '../../../manifests/cursor.js';
import { perWorld, type World } from '../../../manifests/kind.js';
import { mayBeSame } from '../../world.js';

/** Pods that an object makes, or is. */
export type WrittenPods = {
  readonly object: Cursor;
  /** Empty when it is not known. */
  readonly namespace: string;
  readonly labels: Labels;
  readonly annotations: Cursor;
  /** The pod's spec. */
  readonly spec: Cursor;
};

const MAKERS = [
  ['apps', 'Deployment'],
  ['apps', 'StatefulSet'],
  ['apps', 'DaemonSet'],
  ['apps', 'ReplicaSet'],
  ['argoproj.io', 'Rollout'],
  ['batch', 'Job'],
] as const;

/** All pods that the manifests make. */
export const podsOf = perWorld<readonly WrittenPods[]>(({ ofKind }) => [
  ...ofKind('', 'Pod').map((object) => read(object, object)),
  ...MAKERS.flatMap(([group, kind]) =>
    ofKind(group, kind).map((object) => read(object, down(object, 'spec', 'template'))),
  ),
]);

function read(object: Cursor, template: Cursor): WrittenPods {
  return {
    object,
    namespace: object.object.namespace,
    labels: labelsOf(down(template, 'metadata', 'labels')),
    annotations: down(template, 'metadata', 'annotations'),
    spec: down(template, 'spec'),
  };
}

const byLabel = perWorld((world) => {
  const found = new Map<string, WrittenPods[]>();
  for (const pods of podsOf(world)) {
    for (const [key, value] of Object.entries(pods.labels)) {
      const label = `${key}=${value}`;
      const known = found.get(label);
      if (known === undefined) found.set(label, [pods]);
      else known.push(pods);
    }
  }
  return found;
});

/**
 * The pods that have all of the labels; every pod for no labels.
 *
 * @param namespace in which they may be; empty for any
 */
export function selectPods(
  world: World,
  labels: Labels,
  namespace: string,
): readonly WrittenPods[] {
  const wanted = Object.entries(labels);
  const candidates = wanted.map(([key, value]) => byLabel(world).get(`${key}=${value}`) ?? []);
  const fewest = candidates.sort((a, b) => a.length - b.length)[0] ?? podsOf(world);
  return fewest.filter(
    (pods) =>
      mayBeSame(pods.namespace, namespace) &&
      wanted.every(([key, value]) => pods.labels[key] === value),
  );
}

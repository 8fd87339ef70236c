import type { Value } from '../../model/control.js';
import type { LinkerdControl } from '../../model/mesh-control.js';
import {
  down,
  entriesOf,
  fullHost,
  locate,
  namespaceOf,
  targetOf,
  type Cursor,
} from '../../manifests/cursor.js';

const LINKERD = /^(?:retry\.linkerd\.io|timeout\.linkerd\.io|balancer\.linkerd\.io)\//;

/** Annotations by which Linkerd retries, limits and ejects, or a ServiceProfile, which switches them off. */
export function readLinkerd(object: Cursor): LinkerdControl[] {
  const isProfile = object.object.kind === 'ServiceProfile';
  const annotations: Value<string>[] = entriesOf(down(object, 'metadata', 'annotations'))
    .filter(([key]) => LINKERD.test(key))
    .map(([key, cursor]) => ({ value: key, basis: 'written', place: locate(cursor) }));
  if (!isProfile && annotations.length === 0) return [];
  const namespace = namespaceOf(object);
  const { name } = object.object;
  return [
    {
      layer: 'mesh',
      kind: 'linkerd',
      target: targetOf(object),
      namespace,
      place: locate(object),
      values: {
        host: isProfile ? name : fullHost(name, namespace),
        isProfile,
        annotations,
      },
    },
  ];
}

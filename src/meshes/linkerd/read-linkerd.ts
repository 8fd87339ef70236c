import type { Value } from '../../model/control.js';
import type { OtherControl } from '../../model/mesh-control.js';
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

/** What the control of a ServiceProfile is `of`. */
export const PROFILE = 'linkerd/profile';
/** What the control of an object with annotations is `of`; they are its texts, beside `host`. */
export const ANNOTATIONS = 'linkerd/annotations';

/** Annotations by which Linkerd retries, limits and ejects, or a ServiceProfile, which switches them off. */
export function readLinkerd(object: Cursor): OtherControl[] {
  const isProfile = object.object.kind === 'ServiceProfile';
  const annotations = entriesOf(down(object, 'metadata', 'annotations'))
    .filter(([key]) => LINKERD.test(key))
    .map(([key, cursor]): [string, Value<string>] => [
      key,
      { value: key, basis: 'written', place: locate(cursor) },
    ]);
  if (!isProfile && annotations.length === 0) return [];
  const namespace = namespaceOf(object);
  const { name } = object.object;
  const place = locate(object);
  const host = isProfile ? name : fullHost(name, namespace);
  return [
    {
      layer: 'mesh',
      kind: 'other',
      target: targetOf(object),
      namespace,
      place,
      values: {
        of: isProfile ? PROFILE : ANNOTATIONS,
        texts: {
          host: { value: host, basis: 'written', place },
          ...(!isProfile && Object.fromEntries(annotations)),
        },
        numbers: {},
      },
    },
  ];
}

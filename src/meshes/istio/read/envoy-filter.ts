import type { Value } from '../../../model/control.js';
import type { ProxyPatchControl } from '../../../model/selection-control.js';
import {
  down,
  entriesOf,
  exists,
  itemsOf,
  labelsOf,
  locate,
  namespaceOf,
  number,
  optional,
  targetOf,
  text,
  type Cursor,
} from '../../../manifests/cursor.js';

/** One control a patch. */
export function readEnvoyFilter(object: Cursor): ProxyPatchControl[] {
  const spec = down(object, 'spec');
  return itemsOf(down(spec, 'configPatches')).map((item) => {
    const patch = down(item, 'patch');
    const value = down(patch, 'value');
    const match = down(item, 'match');
    const filter = down(match, 'listener', 'filterChain', 'filter');
    return {
      layer: 'mesh',
      kind: 'proxyPatch',
      target: targetOf(object),
      namespace: namespaceOf(object),
      place: locate(item),
      values: {
        selector: optional(down(spec, 'workloadSelector', 'labels'), labelsOf),
        applyTo: text(down(item, 'applyTo')).value,
        operation: text(down(patch, 'operation')),
        priority: number(down(spec, 'priority'), 0).value,
        hasAnchor: exists(filter) || exists(down(match, 'routeConfiguration', 'vhost')),
        hasProxyVersion: exists(down(match, 'proxy', 'proxyVersion')),
        name: text(down(value, 'name'), text(down(filter, 'name')).value).value,
        keys: [...new Set(keysIn(value))],
        types: typesIn(value),
      },
    };
  });
}

function keysIn(cursor: Cursor): string[] {
  return [
    ...entriesOf(cursor).flatMap(([key, value]) => [key, ...keysIn(value)]),
    ...itemsOf(cursor).flatMap(keysIn),
  ];
}

function typesIn(cursor: Cursor): Value<string>[] {
  return [
    ...entriesOf(cursor).flatMap(([key, value]) =>
      key === '@type' || key === 'type_url' ? [text(value)] : typesIn(value),
    ),
    ...itemsOf(cursor).flatMap(typesIn),
  ];
}

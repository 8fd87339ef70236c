import type { Value } from '../../../model/control.js';
import type {
  Destination,
  PathMatch,
  RouteControl,
  RouteMatch,
  RouteRetries,
} from '../../../model/mesh-control.js';
import {
  down,
  duration,
  entriesOf,
  exists,
  fullHost,
  itemsOf,
  labelsOf,
  locate,
  namespaceOf,
  number,
  optional,
  targetOf,
  text,
  texts,
  type Cursor,
} from '../../../manifests/cursor.js';
import { readRouteRetries } from './retries.js';

const METHODS = ['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'POST', 'PATCH', 'CONNECT', 'TRACE'];
/** Conditions of a match that say nothing about which request it is. */
const NEUTRAL = new Set([
  'name',
  'method',
  'sourceLabels',
  'sourceNamespace',
  'port',
  'gateways',
  'headers',
  'ignoreUriCase',
]);

/**
 * The HTTP routes of a VirtualService.
 *
 * @param ofMesh what MeshConfig says of routes without retries
 */
export function readVirtualService(
  object: Cursor,
  ofMesh: RouteRetries | undefined,
): RouteControl[] {
  const spec = down(object, 'spec');
  const namespace = namespaceOf(object);
  const gateways = texts(down(spec, 'gateways')).value;
  const hosts = texts(down(spec, 'hosts'));
  const exportTo = texts(down(spec, 'exportTo')).value;
  return itemsOf(down(spec, 'http'))
    .map((route, index) => ({ route, index }))
    .filter(({ route }) => exists(down(route, 'route')))
    .map(({ route, index }) => ({
      layer: 'mesh',
      kind: 'route',
      target: targetOf(object),
      namespace,
      place: locate(route),
      values: {
        hosts: hosts.value.map((host) => fullHost(host, namespace)),
        hostsPlace: hosts,
        port: undefined,
        holder: 'VirtualService',
        inMesh: gateways.length === 0 || gateways.includes('mesh'),
        exportTo: exportTo.length === 0 ? ['*'] : exportTo,
        name: text(down(route, 'name'), `http[${index}]`).value,
        matches: itemsOf(down(route, 'match')).map(readMatch),
        destinations: itemsOf(down(route, 'route')).map((entry) =>
          readDestination(down(entry, 'destination'), namespace),
        ),
        mirrors: mirrorsOf(route).map((mirror) => readDestination(mirror, namespace)),
        ...readRouteRetries(down(route, 'retries'), ofMesh),
        timeout: duration(down(route, 'timeout'), 0),
        headers: readHeaders(route),
      },
    }));
}

/** `mirror`, the older form, and `mirrors`. */
function mirrorsOf(route: Cursor): Cursor[] {
  return [
    down(route, 'mirror'),
    ...itemsOf(down(route, 'mirrors')).map((mirror) => down(mirror, 'destination')),
  ].filter(exists);
}

function readDestination(destination: Cursor, namespace: string | undefined): Destination {
  const host = text(down(destination, 'host'));
  return {
    host: { ...host, value: fullHost(host.value, namespace) },
    written: host.value,
    subset: optional(down(destination, 'subset'), text),
    port: optional(down(destination, 'port', 'number'), (at) => number(at, 0).value),
  };
}

function readMatch(match: Cursor): RouteMatch {
  const headers = entriesOf(down(match, 'headers')).map(([name]) => name);
  const gateways = texts(down(match, 'gateways')).value;
  const path = readPath(match);
  return {
    methods: readMethods(down(match, 'method')),
    sourceLabels: labelsOf(down(match, 'sourceLabels')),
    inMesh: gateways.length === 0 || gateways.includes('mesh'),
    isPartial: entriesOf(match).some(
      ([key]) => !NEUTRAL.has(key) && !(key === 'uri' && path !== undefined),
    ),
    headers,
    path,
  };
}

/** @returns undefined for a pattern, and for a path that may be written in either case */
function readPath(match: Cursor): PathMatch | undefined {
  if (exists(down(match, 'ignoreUriCase'))) return undefined;
  for (const kind of ['exact', 'prefix'] as const) {
    const { value, place } = text(down(match, 'uri', kind));
    if (value !== '') return { kind, value, place };
  }
  return undefined;
}

function readMethods(method: Cursor): readonly string[] | undefined {
  if (!exists(method)) return undefined;
  const [exact, prefix, regex] = ['exact', 'prefix', 'regex'].map(
    (key) => text(down(method, key)).value,
  );
  if (exact !== undefined && exact !== '') return [exact];
  if (prefix !== undefined && prefix !== '')
    return METHODS.filter((name) => name.startsWith(prefix));
  try {
    const pattern = new RegExp(`^(?:${regex ?? ''})$`);
    return METHODS.filter((name) => pattern.test(name));
  } catch {
    return METHODS;
  }
}

function readHeaders(route: Cursor): Value<readonly string[]> {
  const request = down(route, 'headers', 'request');
  const names = ['set', 'add'].flatMap((key) =>
    entriesOf(down(request, key)).map(([name]) => name),
  );
  return { value: names, basis: names.length > 0 ? 'written' : 'default', place: locate(request) };
}

import { withoutObject, type Value } from '../../../model/control.js';
import type {
  Destination,
  RouteControl,
  RouteMatch,
  RouteRetries,
} from '../../../model/mesh-control.js';
import { sharesNamespace } from '../../../flow/selection.js';
import { addTo } from '../../../flow/selector.js';
import { repeatsOf } from '../effective/retry-words.js';
import { istioRetries } from '../effective/route-retries.js';
import {
  down,
  duration,
  exists,
  fullHost,
  itemsOf,
  locate,
  namespaceOf,
  number,
  optional,
  targetOf,
  text,
  texts,
  type Cursor,
} from '../../../manifests/cursor.js';
import { perWorld } from '../../../manifests/kind.js';
import { readRouteRetries } from './retries.js';

/** What Istio repeats for any `retry`, before its codes (config/kube/gateway/conversion.go). */
const RETRIED = ['connect-failure', 'refused-stream', 'unavailable', 'cancelled'];

/** Hosts of ServiceEntries, by `<namespace>/<name>`. */
export const hostsOfEntries = perWorld<ReadonlyMap<string, readonly string[]>>(
  ({ ofKind }) =>
    new Map(
      ofKind('networking.istio.io', 'ServiceEntry').map((cursor) => [
        `${namespaceOf(cursor) ?? ''}/${cursor.object.name}`,
        texts(down(cursor, 'spec', 'hosts')).value,
      ]),
    ),
);

/**
 * HTTPRoutes whose parent is a Service, as Istio makes VirtualServices of them: one a host and namespace, more
 * specific matches first. Nothing in them is edited mechanically: what a VirtualService can say they often cannot.
 *
 * @param hostsOfEntry hosts of a ServiceEntry, by `<namespace>/<name>`
 * @param ofMesh what MeshConfig says of routes without retries
 */
export function readMeshRoutes(
  objects: readonly Cursor[],
  hostsOfEntry: ReadonlyMap<string, readonly string[]>,
  ofMesh: RouteRetries | undefined,
): RouteControl[] {
  const byHosts = new Map<string, OrderedRoute[]>();
  for (const ordered of objects.flatMap((object) => readRoute(object, hostsOfEntry, ofMesh))) {
    const { namespace, values } = ordered.route;
    addTo(byHosts, `${namespace ?? ''} ${values.hosts.join(',')}`, ordered);
  }
  return [...byHosts.values()].flatMap((routes) =>
    routes
      .sort((a, b) => compare(a.order, b.order))
      .map(({ route }) => route)
      .reduce(join, []),
  );
}

/** Matches of one rule that follow each other are one route. */
function join(routes: RouteControl[], next: RouteControl): RouteControl[] {
  const last = routes.at(-1);
  if (last?.values.hosts !== next.values.hosts || last.values.name !== next.values.name)
    return [...routes, next];
  const matches = [...last.values.matches, ...next.values.matches];
  return [...routes.slice(0, -1), { ...last, values: { ...last.values, matches } }];
}

type OrderedRoute = { readonly order: readonly number[]; readonly route: RouteControl };

function readRoute(
  object: Cursor,
  hostsOfEntry: ReadonlyMap<string, readonly string[]>,
  ofMesh: RouteRetries | undefined,
): OrderedRoute[] {
  const namespace = namespaceOf(object);
  const rules = itemsOf(down(object, 'spec', 'rules')).flatMap((rule, index) =>
    sendsTo(rule).length === 0 ? [] : [{ rule, index }],
  );
  return itemsOf(down(object, 'spec', 'parentRefs')).flatMap((parent) => {
    const owner = namespaceAt(parent, namespace);
    const hosts = hostsOfParent(parent, owner, hostsOfEntry);
    if (hosts.length === 0) return [];
    return rules.flatMap(({ rule, index }) => {
      const name = `${namespace === undefined ? '' : `${namespace}.`}${object.object.name}.${index}`;
      const values = {
        hosts,
        hostsPlace: fixed({ value: hosts, basis: 'written', place: locate(parent) }),
        port: optional(down(parent, 'port'), (at) => number(at, 0).value),
        inMesh: true,
        holder: 'HTTPRoute',
        // It acts on callers of its own namespace, or on all when it is the provider's (route.go).
        exportTo: sharesNamespace(owner, namespace) ? ['*'] : ['.'],
        name: text(down(rule, 'name'), name).value,
        destinations: sendsTo(rule).map((backend) => readBackend(backend, namespace)),
        mirrors: itemsOf(down(rule, 'filters'))
          .map((filter) => down(filter, 'requestMirror', 'backendRef'))
          .filter(exists)
          .map((backend) => readBackend(backend, namespace)),
        headers: readHeaders(rule),
        ...readPolicy(rule, ofMesh),
      };
      return matchesOf(rule).map((match) => ({
        order: orderOf(match),
        route: {
          layer: 'mesh' as const,
          kind: 'route' as const,
          target: targetOf(object),
          namespace,
          place: withoutObject(locate(rule)),
          values: { ...values, matches: [readMatch(match)] },
        },
      }));
    });
  });
}

function hostsOfParent(
  parent: Cursor,
  owner: string | undefined,
  hostsOfEntry: ReadonlyMap<string, readonly string[]>,
): readonly string[] {
  const name = text(down(parent, 'name')).value;
  switch (text(down(parent, 'kind')).value) {
    case 'Service':
      return [fullHost(name, owner)];
    case 'ServiceEntry':
      return hostsOfEntry.get(`${owner ?? ''}/${name}`) ?? [];
    default:
      return [];
  }
}

/** Backends that get any requests; a rule without them answers or redirects itself. */
function sendsTo(rule: Cursor): Cursor[] {
  return itemsOf(down(rule, 'backendRefs')).filter(
    (backend) => number(down(backend, 'weight'), 1).value > 0,
  );
}

/** The namespace that a reference names, otherwise that of the object that holds it. */
function namespaceAt(reference: Cursor, own: string | undefined): string | undefined {
  return text(down(reference, 'namespace')).value || own;
}

/** A backend of a kind that nothing here knows has a host of no domain, which no Service can have. */
function hostOfBackend(kind: string, name: string, owner: string | undefined): string {
  switch (kind) {
    case 'Service':
      return fullHost(name, owner);
    case 'Hostname':
      return name;
    case 'ServiceImport':
      return `${name}.${owner ?? 'unknown'}.svc.clusterset.local`;
    default:
      return `${name}.${owner ?? 'unknown'}.${kind.toLowerCase()}`;
  }
}

function readBackend(backend: Cursor, namespace: string | undefined): Destination {
  const name = text(down(backend, 'name'));
  const owner = namespaceAt(backend, namespace);
  const host = hostOfBackend(text(down(backend, 'kind'), 'Service').value, name.value, owner);
  return {
    host: fixed({ ...name, value: host }),
    written: host,
    subset: undefined,
    port: optional(down(backend, 'port'), (at) => number(at, 0).value),
  };
}

/** Timeouts and retries, the way Istio converts them (config/kube/gateway/conversion.go, convertHTTPRoute). */
function readPolicy(
  rule: Cursor,
  ofMesh: RouteRetries | undefined,
): RouteRetries & { readonly timeout: Value<number> } {
  const request = fixed(duration(down(rule, 'timeouts', 'request'), 0));
  const backendRequest = fixed(duration(down(rule, 'timeouts', 'backendRequest'), 0));
  const retry = down(rule, 'retry');
  if (!exists(retry)) {
    const { attempts, perTryTimeout, retryOn, repeats, backoff } = readRouteRetries(retry, ofMesh);
    return {
      attempts: fixed(attempts),
      perTryTimeout: fixed(perTryTimeout),
      retryOn: fixed(retryOn),
      repeats,
      backoff: fixed(backoff),
      timeout: backendRequest.value > 0 ? backendRequest : request,
    };
  }
  const codes = texts(down(retry, 'codes'));
  return {
    attempts: fixed(number(down(retry, 'attempts'), istioRetries.attempts)),
    perTryTimeout: backendRequest,
    retryOn: fixed({ ...codes, value: [...RETRIED, ...codes.value] }),
    repeats: repeatsOf([...RETRIED, ...codes.value]),
    backoff: fixed(duration(down(retry, 'backoff'), istioRetries.backoff)),
    timeout: request,
  };
}

function readHeaders(rule: Cursor): Value<readonly string[]> {
  const modifiers = itemsOf(down(rule, 'filters')).map((filter) =>
    down(filter, 'requestHeaderModifier'),
  );
  const names = modifiers
    .flatMap((modifier) => ['set', 'add'].flatMap((key) => itemsOf(down(modifier, key))))
    .map((header) => text(down(header, 'name')).value);
  return fixed({
    value: names,
    basis: names.length > 0 ? 'written' : 'default',
    place: locate(modifiers.find(exists) ?? rule),
  });
}

/** A rule without matches takes every request, as one of the path prefix `/` does. */
function matchesOf(rule: Cursor): readonly Cursor[] {
  const matches = itemsOf(down(rule, 'matches'));
  return matches.length > 0 ? matches : [down(rule, 'matches', 0)];
}

function readMatch(match: Cursor): RouteMatch {
  const method = down(match, 'method');
  const { type, value } = pathOf(match);
  return {
    methods: exists(method) ? [text(method).value] : undefined,
    sourceLabels: {},
    inMesh: true,
    isPartial:
      type !== 'PathPrefix' || value !== '/' || itemsOf(down(match, 'queryParams')).length > 0,
    headers: itemsOf(down(match, 'headers')).map((header) => text(down(header, 'name')).value),
  };
}

function pathOf(match: Cursor): { readonly type: string; readonly value: string } {
  return {
    type: text(down(match, 'path', 'type'), 'PathPrefix').value,
    value: text(down(match, 'path', 'value'), '/').value,
  };
}

const RANKS = ['RegularExpression', 'PathPrefix', 'Exact'];

/** The larger comes first: kind and length of the path, then method, headers and parameters (sortHTTPRoutes). */
function orderOf(match: Cursor): readonly number[] {
  const { type, value } = pathOf(match);
  return [
    RANKS.indexOf(type),
    value.length,
    exists(down(match, 'method')) ? 1 : 0,
    itemsOf(down(match, 'headers')).length,
    itemsOf(down(match, 'queryParams')).length,
  ];
}

function compare(a: readonly number[], b: readonly number[]): number {
  const index = a.findIndex((value, at) => value !== b[at]);
  return index === -1 ? 0 : (b[index] ?? 0) - (a[index] ?? 0);
}

/** A value that no edit reaches. */
function fixed<T>(value: Value<T>): Value<T> {
  return { ...value, place: withoutObject(value.place) };
}

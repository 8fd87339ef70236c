import { withoutObject, type Value } from '../../../model/control.js';
import type { RouteControl, TrafficPolicyControl } from '../../../model/mesh-control.js';
import type { MeshLayer } from '../../../flow/flow.js';
import type { Called, FurtherCall } from '../../../flow/mesh-source.js';
import { isSelected } from '../../../flow/selection.js';
import { perSelector, type Selector } from '../../../flow/selector.js';
import {
  down,
  exists,
  fullHost,
  locate,
  targetOf,
  text,
  type Cursor,
} from '../../../manifests/cursor.js';
import type { World } from '../../../manifests/kind.js';
import { mayBeSame, worldOf } from '../../world.js';
import { ACCRUAL, readCallAnnotations } from '../read/annotations.js';
import { parseLength } from '../read/grammar.js';
import { injectionOf, isInWorld, TRAFFIC } from '../written/members.js';
import { podsOf } from '../../kubernetes/written/pods.js';
import { routesIn } from '../written/routes.js';
import { asRoute } from './as-route.js';
import { routesFor } from './routes-for.js';

/** How long a call waits for an endpoint before it is answered 504, ms (measured). */
export const FAIL_FAST = 3_000;
/** Limit of a connect, unless the caller's pods set another, ms (charts, proxy-outbound-connect-timeout). */
const CONNECT_TIMEOUT = 1_000;

const OWN = 'linkerd';

/** True when the manifests are for Linkerd. */
export const isMeant = perSelector<boolean>((all) => isInWorld(worldOf({ all })));

/** What the proxy of a caller that surely has one does; undefined for others. */
export function layerOf(called: Called, all: Selector): MeshLayer | undefined {
  const own = all('app/meshIdentity')[0]?.values.mesh ?? '';
  if (own !== '') return own === OWN ? assumedLayerOf(called, all) : undefined;
  const { namespace, labels } = called.consumer;
  const world = worldOf({ all });
  const callers = podsOf(world).filter(
    (pods) =>
      labels !== undefined &&
      mayBeSame(pods.namespace, namespace ?? '') &&
      isSelected(labels, pods.labels),
  );
  const isMeshed =
    callers.length > 0 && callers.every((pods) => injectionOf(pods, world) === 'yes');
  return isMeshed ? assumedLayerOf(called, all) : undefined;
}

/** What a proxy beside the caller does. */
export function assumedLayerOf(called: Called, all: Selector): MeshLayer {
  const { host, port, consumer } = called;
  const world = worldOf({ all });
  const place = withoutObject(called.place);
  const found = routesFor({ host, port, consumer: consumer.namespace }, world);
  const defaultRoute = untouched(host, { namespace: consumer.namespace, place });
  const isRead = found.profile === undefined && found.port?.carries !== 'opaque';
  const policy = isRead && found.service !== undefined ? accrualOf(found.service, host) : undefined;
  return {
    through: 'sidecar',
    routes: found.routes,
    defaultRoute,
    policies: policy === undefined ? [] : [policy],
    policy,
    connectTimeout: connectTimeoutOf(called, world),
    failFast: { value: FAIL_FAST, basis: 'default', place },
    shows: { 'connect-failure': 502, 'reset-before-request': 502, reset: 502 },
  };
}

/** Without any word every call is made once, without a limit. */
function untouched(
  host: string,
  { namespace, place }: Pick<RouteControl, 'namespace' | 'place'>,
): RouteControl {
  return asRoute(
    {
      host,
      target: host,
      namespace,
      place,
      holder: '',
      name: 'default',
      port: undefined,
      matches: [],
      destinations: [],
    },
    { retry: undefined, timeouts: { request: undefined, response: undefined, idle: undefined } },
  );
}

const CONNECT = 'config.linkerd.io/proxy-outbound-connect-timeout';

/** The annotation of the caller's pods: there is none for each upstream. */
function connectTimeoutOf({ consumer, place }: Called, world: World): Value<number> {
  const absent: Value<number> = {
    value: CONNECT_TIMEOUT,
    basis: 'default',
    place: withoutObject(place),
  };
  if (consumer.labels === undefined) return absent;
  const { labels, namespace = '' } = consumer;
  const pods = podsOf(world).find(
    (one) => mayBeSame(one.namespace, namespace) && isSelected(labels, one.labels),
  );
  const at = pods === undefined ? undefined : down(pods.annotations, CONNECT);
  if (at === undefined || !exists(at)) return absent;
  const parsed = parseLength(text(at).value);
  return parsed.kind === 'read'
    ? { value: parsed.value, basis: 'written', place: locate(at) }
    : absent;
}

/** The breaker that each proxy keeps for each endpoint: all of them may be out at once. */
function accrualOf(service: Cursor, host: string): TrafficPolicyControl | undefined {
  const { accrual } = readCallAnnotations(service);
  // The unified mode counts shares, which nothing here does.
  if (accrual?.mode.value !== 'consecutive') return undefined;
  const place = withoutObject(locate(down(service, 'metadata', 'annotations', ACCRUAL)));
  const fixed = <T>(value: T): Value<T> => ({ value, basis: 'default', place });
  return {
    layer: 'mesh',
    kind: 'trafficPolicy',
    target: targetOf(service),
    namespace: service.object.namespace || undefined,
    place,
    values: {
      host: fixed(host),
      written: host,
      exportTo: ['*'],
      selector: undefined,
      level: 'destination',
      subset: undefined,
      subsetLabels: undefined,
      port: undefined,
      pool: undefined,
      outlier: {
        consecutive5xxErrors: accrual.maxFailures,
        consecutiveGatewayErrors: fixed(0),
        interval: fixed(0),
        baseEjectionTime: accrual.minPenalty,
        maxEjectionPercent: fixed(100),
        minHealthPercent: fixed(0),
        doublesTo: accrual.maxPenalty,
      },
      retryBudget: undefined,
      tlsMode: undefined,
      blocks: ['failure accrual'],
      subsets: [],
    },
  };
}

/** Services that manifests have policy for, seen from the namespaces that it is for. */
export function furtherCalls(declared: ReadonlySet<string>, all: Selector): readonly FurtherCall[] {
  const world = worldOf({ all });
  const seen = new Map<string, FurtherCall>();
  const add = (host: string, namespace: string, at: Cursor): void => {
    const key = `${namespace} ${host}`;
    if (declared.has(host) || seen.has(key)) return;
    const consumer = { namespace: namespace === '' ? undefined : namespace, labels: undefined };
    const layer = assumedLayerOf({ host, port: undefined, consumer, place: locate(at) }, all);
    seen.set(key, { host, consumer, layer });
  };
  for (const service of world.ofKind('', 'Service')) {
    const { name, namespace } = service.object;
    if (isAnnotated(service)) add(fullHost(name, namespace || undefined), namespace, service);
  }
  for (const { parent, object } of isInWorld(world) ? routesIn(world) : []) {
    if (parent.kind !== 'Service') continue;
    const host = fullHost(parent.name, parent.namespace || undefined);
    add(host, object.object.namespace, object);
  }
  for (const profile of world.ofKind('linkerd.io', 'ServiceProfile'))
    add(profile.object.name, profile.object.namespace, profile);
  return [...seen.values()];
}

function isAnnotated(service: Cursor): boolean {
  const annotations = down(service, 'metadata', 'annotations');
  return (
    annotations.node?.kind === 'map' &&
    [...annotations.node.entries.keys()].some((key) => TRAFFIC.test(key))
  );
}

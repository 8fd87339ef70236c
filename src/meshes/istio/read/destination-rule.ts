import type {
  OutlierValues,
  PoolValues,
  TrafficPolicyControl,
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

/** Istio leaves Envoy's limits at the largest number it has. */
export const UNLIMITED = 2 ** 32 - 1;
const HOUR = 3_600_000;

/**
 * The levels of a DestinationRule: destination, ports, then every subset. A port replaces the destination's
 * blocks whole, a subset inherits those that it does not have (util.go, MergeSubsetTrafficPolicy).
 */
export function readDestinationRule(object: Cursor): TrafficPolicyControl[] {
  const spec = down(object, 'spec');
  const namespace = namespaceOf(object);
  const host = text(down(spec, 'host'));
  const exportTo = texts(down(spec, 'exportTo')).value;
  const subsets = itemsOf(down(spec, 'subsets'));
  const base = {
    host: { ...host, value: fullHost(host.value, namespace) },
    written: host.value,
    exportTo: exportTo.length === 0 ? ['*'] : exportTo,
    selector: optional(down(spec, 'workloadSelector', 'matchLabels'), labelsOf),
    subsets: subsets.map((subset) => text(down(subset, 'name')).value),
  };
  const level = (
    policy: Cursor,
    place: Pick<TrafficPolicyControl['values'], 'level' | 'subset' | 'subsetLabels' | 'port'>,
    own = readPolicy(policy),
  ): TrafficPolicyControl => ({
    layer: 'mesh',
    kind: 'trafficPolicy',
    target: targetOf(object),
    namespace,
    place: locate(policy),
    values: { ...base, ...place, ...own },
  });
  const policy = down(spec, 'trafficPolicy');
  return [
    level(policy, { level: 'destination', ...whole, port: undefined }),
    ...portsOf(policy).map(({ port, at }) => level(at, { level: 'port', ...whole, port })),
    ...subsets.flatMap((subset) => {
      const own = down(subset, 'trafficPolicy');
      const named = {
        subset: text(down(subset, 'name')).value,
        subsetLabels: labelsOf(down(subset, 'labels')),
      };
      return [
        level(
          exists(own) ? own : policy,
          { level: 'subset', ...named, port: undefined },
          inherit(readPolicy(policy), readPolicy(own)),
        ),
        ...portsOf(own).map(({ port, at }) => level(at, { level: 'port', ...named, port })),
      ];
    }),
  ];
}

const whole = { subset: undefined, subsetLabels: undefined };

function portsOf(policy: Cursor): { readonly port: number; readonly at: Cursor }[] {
  return itemsOf(down(policy, 'portLevelSettings')).map((at) => ({
    port: number(down(at, 'port', 'number'), 0).value,
    at,
  }));
}

type Policy = ReturnType<typeof readPolicy>;

function inherit(above: Policy, own: Policy): Policy {
  return {
    pool: own.pool ?? above.pool,
    outlier: own.outlier ?? above.outlier,
    retryBudget: own.retryBudget ?? above.retryBudget,
    tlsMode: own.tlsMode ?? above.tlsMode,
    blocks: own.blocks,
  };
}

function readPolicy(policy: Cursor) {
  return {
    pool: optional(down(policy, 'connectionPool'), readPool),
    outlier: optional(down(policy, 'outlierDetection'), readOutlier),
    retryBudget: optional(down(policy, 'retryBudget'), (budget) => ({
      percent: number(down(budget, 'percent'), 20),
      minimum: number(down(budget, 'minRetryConcurrency'), 3),
    })),
    tlsMode: optional(down(policy, 'tls', 'mode'), text),
    blocks: entriesOf(policy)
      .map(([key]) => key)
      .filter((key) => key !== 'portLevelSettings' && key !== 'port'),
  };
}

/** Defaults: destination_rule.proto and cluster_traffic_policy.go of Istio. */
function readPool(pool: Cursor): PoolValues {
  const [tcp, http] = [down(pool, 'tcp'), down(pool, 'http')];
  const tcpIdle = duration(down(tcp, 'idleTimeout'), HOUR);
  const httpIdle = down(http, 'idleTimeout');
  return {
    maxConnections: number(down(tcp, 'maxConnections'), UNLIMITED),
    connectTimeout: duration(down(tcp, 'connectTimeout'), 10_000),
    http1MaxPendingRequests: number(down(http, 'http1MaxPendingRequests'), UNLIMITED),
    upgradesHttp:
      text(down(http, 'h2UpgradePolicy')).value === 'UPGRADE' ||
      exists(down(http, 'useClientProtocol')),
    http2MaxRequests: number(down(http, 'http2MaxRequests'), UNLIMITED),
    maxRetries: number(down(http, 'maxRetries'), UNLIMITED),
    // Without a limit of its own, HTTP takes that of TCP.
    idleTimeout: exists(httpIdle)
      ? duration(httpIdle, HOUR)
      : { ...tcpIdle, place: locate(httpIdle) },
  };
}

/** Defaults: destination_rule.proto; consecutive5xxErrors is Envoy's 5 as soon as the block is there. */
function readOutlier(outlier: Cursor): OutlierValues {
  return {
    consecutive5xxErrors: number(down(outlier, 'consecutive5xxErrors'), 5),
    consecutiveGatewayErrors: number(down(outlier, 'consecutiveGatewayErrors'), 0),
    interval: duration(down(outlier, 'interval'), 10_000),
    baseEjectionTime: duration(down(outlier, 'baseEjectionTime'), 30_000),
    maxEjectionPercent: number(down(outlier, 'maxEjectionPercent'), 10),
    minHealthPercent: number(down(outlier, 'minHealthPercent'), 0),
  };
}

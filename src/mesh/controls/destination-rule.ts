import type { OutlierValues, PoolValues, TrafficPolicyControl } from '../../model/mesh-control.js';
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
} from './cursor.js';

/** Istio leaves Envoy's limits at the largest number it has. */
export const UNLIMITED = 2 ** 32 - 1;
const HOUR = 3_600_000;

/** The levels of a DestinationRule: destination, then ports, then subsets. Each replaces what is above it. */
export function readDestinationRule(object: Cursor): TrafficPolicyControl[] {
  const spec = down(object, 'spec');
  const namespace = namespaceOf(object);
  const host = text(down(spec, 'host'));
  const exportTo = texts(down(spec, 'exportTo')).value;
  const subsets = itemsOf(down(spec, 'subsets'));
  const base = {
    host: { ...host, value: fullHost(host.value, namespace) },
    exportTo: exportTo.length === 0 ? ['*'] : exportTo,
    selector: optional(down(spec, 'workloadSelector', 'matchLabels'), labelsOf),
    subsets: subsets.map((subset) => text(down(subset, 'name')).value),
  };
  const level = (
    policy: Cursor,
    place: Pick<TrafficPolicyControl['values'], 'level' | 'subset' | 'port'>,
  ): TrafficPolicyControl => ({
    layer: 'mesh',
    kind: 'trafficPolicy',
    target: targetOf(object),
    namespace,
    place: locate(policy),
    values: { ...base, ...place, ...readPolicy(policy) },
  });
  const policy = down(spec, 'trafficPolicy');
  return [
    level(policy, { level: 'destination', subset: undefined, port: undefined }),
    ...itemsOf(down(policy, 'portLevelSettings')).map((port) =>
      level(port, {
        level: 'port',
        subset: undefined,
        port: number(down(port, 'port', 'number'), 0).value,
      }),
    ),
    ...subsets
      .filter((subset) => exists(down(subset, 'trafficPolicy')))
      .map((subset) =>
        level(down(subset, 'trafficPolicy'), {
          level: 'subset',
          subset: text(down(subset, 'name')).value,
          port: undefined,
        }),
      ),
  ];
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

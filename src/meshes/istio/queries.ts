import type { Flow } from '../../flow/flow.js';
import type { ControlQuery } from '../../flow/mesh-source.js';
import { isOpaque } from '../../flow/reached.js';

/** Envoy keeps most of its statistics to itself. */
const needsOfSidecar =
  'envoy_cluster_…: what proxyStatsMatcher in proxy.istio.io/config names, as generated Deployments do.';

const needsOfWaypoint =
  "envoy_cluster_…: what proxyStatsMatcher names in the ProxyConfig of the waypoint, which is its owner's.";

/** Metrics: Istio's standard ones, and Envoy's cluster statistics (to be named in proxyStatsMatcher). */
export function queriesOf(flow: Flow): readonly ControlQuery[] {
  if (flow.through === 'nothing') return ztunnelQueries(flow);
  return isOpaque(flow) ? bytesQueries(flow) : meshQueries(flow);
}

/** ztunnel counts connections, with two flags of its own (ztunnel, proxy/metrics.rs). */
function ztunnelQueries({ host }: Flow): ControlQuery[] {
  const flagged = (reporter: string, flag: string): string =>
    `sum(rate(istio_tcp_connections_closed_total{reporter="${reporter}",destination_service="${host}",response_flags="${flag}"}[5m]))`;
  return [
    {
      control: 'connect failures',
      shows: 'connections that reached nobody',
      query: flagged('source', 'CONNECT'),
    },
    {
      control: 'who may connect',
      shows: 'connections that ztunnel refused',
      query: flagged('destination', 'DENY'),
    },
  ];
}

/** A sidecar that passes bytes on counts connections, not requests. */
function bytesQueries({ host }: Flow): ControlQuery[] {
  return [
    {
      control: 'connect failures',
      shows: 'connections that reached nobody',
      query: `sum(rate(istio_tcp_connections_closed_total{reporter="source",destination_service="${host}",response_flags=~".*(UF|URX).*"}[5m]))`,
    },
  ];
}

function meshQueries({ host, port, routes, policy, through }: Flow): ControlQuery[] {
  const subsets = routes.flatMap(({ values }) =>
    values.destinations.flatMap(({ subset }) => (subset === undefined ? [] : [subset.value])),
  );
  // Each subset is a cluster of its own.
  const isShared = through === 'shared';
  const needs = isShared ? needsOfWaypoint : needsOfSidecar;
  const reporter = isShared ? 'waypoint' : 'source';
  const atWaypoint = `cluster_name=~"inbound-vip\\\\|${port ?? '[0-9]+'}\\\\|http.*\\\\|${host.replaceAll('.', '\\\\.')}"`;
  const atCaller =
    subsets.length === 0 && port !== undefined
      ? `cluster_name="outbound|${port}||${host}"`
      : `cluster_name=~"outbound\\\\|${port ?? '[0-9]+'}\\\\|.*\\\\|${host.replaceAll('.', '\\\\.')}"`;
  const cluster = isShared ? atWaypoint : atCaller;
  const flagged = (flag: string): string =>
    `sum(rate(istio_requests_total{reporter="${reporter}",destination_service="${host}",response_flags=~".*${flag}.*"}[5m]))`;
  return [
    {
      control: 'timeout of the mesh',
      shows: `calls that the ${isShared ? 'waypoint' : 'sidecar'} cut`,
      query: flagged('UT'),
    },
    { control: 'connect failures', shows: 'calls that reached nobody', query: flagged('(UF|URX)') },
    {
      control: 'retries of the mesh',
      shows: 'retries a second',
      query: `sum(rate(envoy_cluster_upstream_rq_retry{${cluster}}[5m]))`,
      needs,
    },
    ...(policy?.values.retryBudget === undefined
      ? []
      : [
          {
            control: 'retry budget',
            shows: 'retries a second that it refused',
            query: `sum(rate(envoy_cluster_upstream_rq_retry_overflow{${cluster}}[5m]))`,
            needs,
          },
        ]),
    ...(policy?.values.pool === undefined
      ? []
      : [
          {
            control: 'connection pool',
            shows: `calls shed by the ${isShared ? 'waypoint, of all callers' : 'own sidecar'}`,
            query: flagged('UO'),
          },
        ]),
    ...(policy?.values.outlier === undefined
      ? []
      : [
          {
            control: 'ejection',
            shows: 'replicas ejected now',
            query: `max(envoy_cluster_outlier_detection_ejections_active{${cluster}})`,
            needs,
          },
          {
            control: 'ejection of all',
            shows: 'calls without a healthy replica',
            query: flagged('UH'),
          },
        ]),
  ];
}

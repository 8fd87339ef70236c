import type { Flow } from '../../flow/flow.js';
import type { ControlQuery } from '../../flow/mesh-source.js';
import { isOpaque } from '../../flow/reached.js';

/** Envoy keeps most of its statistics to itself. */
const needs =
  'envoy_cluster_…: what proxyStatsMatcher in proxy.istio.io/config names, as generated Deployments do.';

/** Metrics: Istio's standard ones, and Envoy's cluster statistics (to be named in proxyStatsMatcher). */
export function queriesOf(flow: Flow): readonly ControlQuery[] {
  return isOpaque(flow) ? bytesQueries(flow) : meshQueries(flow);
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

function meshQueries({ host, port, routes, policy }: Flow): ControlQuery[] {
  const subsets = routes.flatMap(({ values }) =>
    values.destinations.flatMap(({ subset }) => (subset === undefined ? [] : [subset.value])),
  );
  // Each subset is a cluster of its own.
  const cluster =
    subsets.length === 0 && port !== undefined
      ? `cluster_name="outbound|${port}||${host}"`
      : `cluster_name=~"outbound\\\\|${port ?? '[0-9]+'}\\\\|.*\\\\|${host.replaceAll('.', '\\\\.')}"`;
  const flagged = (flag: string): string =>
    `sum(rate(istio_requests_total{reporter="source",destination_service="${host}",response_flags=~".*${flag}.*"}[5m]))`;
  return [
    { control: 'timeout of the mesh', shows: 'calls that the sidecar cut', query: flagged('UT') },
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
            shows: 'calls shed by the own sidecar',
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

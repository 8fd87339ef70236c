import type { Flow } from '../../rules/composition.js';

/** A PromQL query that shows a control at work in production. */
export type ControlQuery = {
  readonly control: string;
  readonly shows: string;
  readonly query: string;
};

/** Metrics: Istio's standard ones, Envoy's cluster statistics (to be named in proxyStatsMatcher), the service's own. */
export function queriesOf({
  host,
  port,
  name,
  breaker,
  retries,
  policy,
}: Flow): readonly ControlQuery[] {
  const cluster = `cluster_name="outbound|${port ?? ''}||${host}"`;
  const flagged = (flag: string): string =>
    `sum(rate(istio_requests_total{reporter="source",destination_service="${host}",response_flags=~".*${flag}.*"}[5m]))`;
  return [
    { control: 'timeout of the mesh', shows: 'calls that the sidecar cut', query: flagged('UT') },
    { control: 'connect failures', shows: 'calls that reached nobody', query: flagged('(UF|URX)') },
    {
      control: 'retries of the mesh',
      shows: 'retries a second',
      query: `sum(rate(envoy_cluster_upstream_rq_retry{${cluster}}[5m]))`,
    },
    ...(policy?.values.retryBudget === undefined
      ? []
      : [
          {
            control: 'retry budget',
            shows: 'retries a second that it refused',
            query: `sum(rate(envoy_cluster_upstream_rq_retry_overflow{${cluster}}[5m]))`,
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
          },
          {
            control: 'ejection of all',
            shows: 'calls without a healthy replica',
            query: flagged('UH'),
          },
        ]),
    ...(retries === undefined
      ? []
      : [
          {
            control: 'retries of the application',
            shows: 'repeated tries a second',
            query: `sum(rate(upstream_retries_total{upstream="${name}"}[5m]))`,
          },
        ]),
    ...(breaker === undefined
      ? []
      : [
          {
            control: 'breaker',
            shows: 'state of the breaker by pod',
            query: `max by (pod) (upstream_circuit_breaker_state{upstream="${name}"})`,
          },
        ]),
  ];
}

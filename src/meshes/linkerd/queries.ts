import type { Flow } from '../../flow/flow.js';
import type { ControlQuery } from '../../flow/mesh-source.js';
import { isOpaque } from '../../flow/reached.js';
import { nameOfHost, namespaceOfHost } from '../../flow/selection.js';

/** Metrics of the caller's proxy (names as a proxy of 2.20 shows them). */
export function queriesOf(flow: Flow): readonly ControlQuery[] {
  return isOpaque(flow) ? bytesQueries(flow) : callQueries(flow);
}

function bytesQueries({ host }: Flow): ControlQuery[] {
  return [
    {
      control: 'connect failures',
      shows: 'connections that reached nothing',
      query: `sum(rate(tcp_close_total{direction="outbound",dst_service="${nameOfHost(host)}",dst_namespace="${namespaceOfHost(host)}",errno!=""}[5m]))`,
    },
  ];
}

function callQueries(flow: Flow): ControlQuery[] {
  const parent = `parent_name="${nameOfHost(flow.host)}",parent_namespace="${namespaceOfHost(flow.host)}"`;
  const family = flow.routes.some(({ values }) => values.holder === 'GRPCRoute') ? 'grpc' : 'http';
  const rate = (metric: string, more = '') =>
    `sum(rate(outbound_${family}_route_${metric}{${parent}${more}}[5m]))`;
  return [
    {
      control: 'answers of the upstream',
      shows: 'requests a second by status',
      query: `sum by (${family}_status) (rate(outbound_${family}_route_request_statuses_total{${parent}}[5m]))`,
    },
    {
      control: 'timeout of the mesh',
      shows: 'calls that the proxy cut',
      query: rate('request_statuses_total', ',error=~".*TIMEOUT.*"'),
    },
    {
      control: 'no endpoint',
      shows: 'calls that waited 3 s for one, or were refused at once',
      query: rate('request_statuses_total', ',error="FAIL_FAST"'),
    },
    {
      control: 'retries of the mesh',
      shows: 'retries a second',
      query: rate('retry_requests_total'),
    },
    {
      control: 'limit of retries',
      shows: 'calls a second that failed after the last',
      query: rate('retry_limit_exceeded_total'),
    },
    {
      control: 'retries without an endpoint',
      shows: 'retries a second that were not made, as no endpoint was ready',
      query: rate('retry_overflow_total'),
    },
    ...(flow.policy?.values.outlier === undefined
      ? []
      : [
          {
            control: 'ejection',
            shows: 'endpoints that are not ready, by pod of the caller',
            query: `max by (pod) (outbound_http_balancer_endpoints{${parent.replaceAll('parent_', 'backend_')},endpoint_state="pending"})`,
          },
        ]),
  ];
}

import type { Rule } from '../../../rules/rule.js';

/** Fields of Envoy's configuration on which what this tool computes depends, and what they change. */
const ASSUMED: Readonly<Record<string, string>> = {
  retry_policy: 'retries',
  num_retries: 'retries',
  retry_on: 'retries',
  per_try_timeout: 'retries',
  retry_back_off: 'retries',
  timeout: 'timeouts',
  idle_timeout: 'timeouts',
  max_stream_duration: 'timeouts',
  connect_timeout: 'timeouts',
  request_timeout: 'timeouts',
  stream_idle_timeout: 'timeouts',
  outlier_detection: 'ejection',
  circuit_breakers: 'limits',
  max_requests: 'limits',
  max_pending_requests: 'limits',
  common_lb_config: 'load balancing',
  lb_policy: 'load balancing',
  drain_timeout: 'draining',
  hedge_policy: 'hedging',
  max_request_bytes: 'buffers',
  per_connection_buffer_limit_bytes: 'buffers',
};

/** Filters that answer or hold up requests themselves. */
const ANSWERING: Readonly<Record<string, string>> = {
  local_ratelimit: 'rate limits',
  ratelimit: 'rate limits',
  'envoy.filters.http.fault': 'faults',
  adaptive_concurrency: 'limits',
  admission_control: 'limits',
  'envoy.filters.http.buffer': 'buffers',
};

export const envoyfilterNumbers: Rule = {
  code: 'ENVOYFILTER_NUMBERS',
  severity: 'warning',
  layer: 'mesh',
  title: 'An EnvoyFilter sets what the numbers of this tool depend on.',
  reads: ['mesh/proxyPatch'],
  why: 'EnvoyFilters are applied after everything that Istio makes of its own objects, and nothing here reads Envoy configuration: what check, explain and simulate say of retries, timeouts, limits and ejection may not hold for the proxies that it selects (envoy_filter.proto).',
  fix: 'The field of a VirtualService or DestinationRule for it, where there is one.',
  check: ({ all }) => {
    const seen = new Set<string>();
    return all('mesh/proxyPatch').flatMap(({ target, namespace, place, values }) => {
      const { keys, name, operation } = values;
      if (operation.value === 'REMOVE') return [];
      const changed = new Set([
        ...keys.flatMap((key) => ASSUMED[key] ?? []),
        ...Object.entries(ANSWERING).flatMap(([part, what]) => (name.includes(part) ? what : [])),
      ]);
      const what = [...changed].sort().join(', ');
      const key = `${namespace ?? ''} ${target} ${what}`;
      if (changed.size === 0 || seen.has(key)) return [];
      seen.add(key);
      return [
        {
          target,
          at: place,
          message: `${target} changes ${what} in Envoy itself: the numbers here may not hold for the proxies that it selects.`,
          fix: 'Say it in a VirtualService or DestinationRule where they can; otherwise judge these proxies by their own configuration (istioctl proxy-config).',
        },
      ];
    });
  },
};

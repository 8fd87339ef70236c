import type { ProxyPatchControl } from '../../../model/selection-control.js';
import type { Report, Rule } from '../../../rules/rule.js';

const WHOLE = ['ROUTE_CONFIGURATION', 'HTTP_ROUTE'];
const REPLACEABLE = ['NETWORK_FILTER', 'HTTP_FILTER', 'VIRTUAL_HOST'];

export const envoyfilterOperation: Rule = {
  code: 'ENVOYFILTER_OPERATION',
  severity: 'error',
  layer: 'mesh',
  title:
    'An EnvoyFilter has an operation that is ignored where it is applied, or types that Envoy dropped.',
  reads: ['mesh/proxyPatch'],
  why: 'ADD and REMOVE are ignored for ROUTE_CONFIGURATION and HTTP_ROUTE, REPLACE for everything but filters and virtual hosts (envoy_filter.proto, Patch.Operation; IST0152 to IST0154). Types of the v2 API were removed with Envoy 1.18, and a proxy refuses what has them.',
  fix: 'MERGE, an operation that the place takes, or the v3 type.',
  check: ({ all }) =>
    all('mesh/proxyPatch').flatMap((patch) => [...checkOperation(patch), ...checkTypes(patch)]),
};

function checkOperation({ target, values }: ProxyPatchControl): Report[] {
  const { operation, applyTo } = values;
  const isIgnored =
    (['ADD', 'REMOVE'].includes(operation.value) && WHOLE.includes(applyTo)) ||
    (operation.value === 'REPLACE' && !REPLACEABLE.includes(applyTo));
  if (!isIgnored) return [];
  return [
    {
      target,
      at: operation.place,
      message: `${operation.value} is ignored for ${applyTo}: the patch does nothing.`,
      fix:
        operation.value === 'REPLACE'
          ? 'operation: MERGE'
          : 'MERGE, or a patch of the VIRTUAL_HOST.',
    },
  ];
}

function checkTypes({ target, values }: ProxyPatchControl): Report[] {
  return values.types
    .filter(({ value }) =>
      /\benvoy\.(?:api\.v2|config\.filter\.|config\..*\.v2(?:alpha)?\b)/.test(value),
    )
    .map((type) => ({
      target,
      at: type.place,
      message: `${type.value} is of Envoy's v2 API, which is gone: the proxies refuse the configuration.`,
      fix: 'The type of the same message under envoy.extensions or envoy.config, v3.',
    }));
}

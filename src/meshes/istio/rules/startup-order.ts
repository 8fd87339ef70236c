import type { Place } from '../../../model/control.js';
import type { Composition } from '../../../flow/composition.js';
import { cite, type Rule } from '../../../rules/rule.js';

export const startupOrder: Rule = {
  code: 'STARTUP_ORDER',
  severity: 'error',
  layer: 'both',
  title: 'The application starts to call others before its sidecar is there.',
  reads: ['app/server', 'mesh/workload'],
  why: 'A sidecar that is a plain container starts beside the application, whose traffic is redirected already: the first calls fail (istio#11130, #54884). Native sidecars start first.',
  fix: 'holdApplicationUntilProxyStarts: true in proxy.istio.io/config.',
  check: (composition) => {
    const { workload } = composition;
    if (workload === undefined) return [];
    const { isNative, isInjected, proxy } = workload.values;
    const first = earlyContact(composition);
    if (isNative === true || !isInjected || proxy.holdApplication.value || first === undefined)
      return [];
    return [
      {
        target: workload.target,
        at: proxy.holdApplication.place,
        also: [first.place],
        message: `At its start the application contacts ${first.what} (${cite(first.place)}); on nodes without native sidecars the proxy may not be up yet.`,
        fix: 'holdApplicationUntilProxyStarts: true in proxy.istio.io/config',
      },
    ];
  },
};

/** What is contacted before the first request: keys of the identity provider, the collector. */
function earlyContact({
  all,
}: Composition): { readonly what: string; readonly place: Place } | undefined {
  const keys = all('app/authentication')[0]?.values.jwksUri;
  if (keys !== undefined && keys.value !== '') return { what: keys.value, place: keys.place };
  const endpoint = all('app/tracing')[0]?.values.endpoint;
  return endpoint === undefined || endpoint.value === ''
    ? undefined
    : { what: endpoint.value, place: endpoint.place };
}

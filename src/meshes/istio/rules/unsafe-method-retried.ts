import { withoutRetries } from '../effective/in-words.js';
import { isOfGatewayApi } from '../effective/of-gateway-api.js';
import { unsafeWords } from '../effective/retry-words.js';
import type { Edit, Severity } from '../../../model/finding.js';
import type { RouteControl } from '../../../model/mesh-control.js';
import type { Flow } from '../../../flow/flow.js';
import { actingRoutes, requestsOf } from '../../../flow/reached.js';
import { ownedByApp } from '../effective/in-words.js';
import { cite, inheritedFrom, setValue, type Rule } from '../../../rules/rule.js';

const SAFE = ['connect-failure', 'refused-stream', 'reset-before-request'];

export const unsafeMethodRetried: Rule = {
  code: 'UNSAFE_METHOD_RETRIED',
  severity: 'error',
  layer: 'mesh',
  title: 'The mesh repeats POST or PATCH that the upstream may have processed.',
  reads: ['mesh/route'],
  why: 'Envoy decides by the failure and never looks at the method: POST answered by 500 was tried 3 times under 5xx (measured). istio#50506 tells of a payment made twice, istio#13851 asks to change the default.',
  fix: 'A route for each class of method: what may be repeated by method or key, and everything else with connect-failure,refused-stream,reset-before-request, or attempts: 0 where the application retries.',
  check: ({ flows }) =>
    flows.flatMap((flow) =>
      actingRoutes(flow).flatMap((route) => {
        const { attempts, retryOn } = route.values;
        const words = unsafeWords(retryOn.value);
        // Istio's default list repeats gRPC's unavailable and cancelled only; HTTP knows neither.
        if (attempts.value === 0 || words.length === 0 || retryOn.basis === 'default') return [];
        const unsafe = requestsOf(flow, route).filter(({ isRepeatable }) => !isRepeatable);
        if (unsafe.length === 0) return [];
        const from = inheritedFrom(retryOn).map((place) => ` of ${cite(place)}`);
        return [
          {
            target: flow.name,
            at: retryOn.place,
            also: inheritedFrom(retryOn),
            severity: severityOf(
              flow,
              route,
              unsafe.map(({ method }) => method),
            ),
            message: `${route === flow.defaultRoute ? 'A sidecar without a route' : `Route ${route.values.name}`} sends ${unsafe.map(({ method }) => method).join(' and ')} without an idempotency key up to ${1 + attempts.value} times: retryOn ${words.join(',')}${from.join('')} repeats what ${flow.name} may have done already.`,
            fix: `retryOn: ${SAFE.join(',')} with a connectTimeout of which 1 + attempts fit, after a route of the same destination for GET, HEAD, PUT and DELETE that keeps these retries; or ${withoutRetries(flow, route)} where the application retries.`,
            edits: narrow(flow, route),
          },
        ];
      }),
    ),
};

const isUnsafe = (method: string): boolean => method === 'POST' || method === 'PATCH';

/** Where a route before it takes POST, that of PATCH is mostly none. */
function severityOf(flow: Flow, route: RouteControl, methods: readonly string[]): Severity {
  if (isMeant(flow, route)) return 'error';
  return methods.includes('POST') ? 'warning' : 'info';
}

/** True when such requests surely come: they are declared, or a match names them. Else GET may be all there is. */
function isMeant({ call }: Flow, { values }: RouteControl): boolean {
  return call !== undefined || values.matches.some(({ methods }) => methods?.some(isUnsafe));
}

/**
 * Leaves what repeats only requests that were not processed, GET's among them, and where retries may go; ends them
 * where the application retries itself.
 */
function narrow({ retries }: Flow, route: RouteControl): Edit[] {
  if (retries !== undefined) return ownedByApp(route);
  const { retryOn, perTryTimeout } = route.values;
  // Without unsafe words a try that timed out is not repeated: what perTryTimeout was for, no manifest says.
  if (isOfGatewayApi(route) || retryOn.basis !== 'written' || perTryTimeout.value > 0) return [];
  const unsafe = new Set(unsafeWords(retryOn.value));
  const kept = retryOn.value.filter((word) => !unsafe.has(word));
  return setValue(retryOn, [...new Set([...kept, ...SAFE])].join(','));
}

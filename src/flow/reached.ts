import { http, type RequestKind } from '../transports/http.js';
import type { RouteControl, RouteMatch } from '../model/mesh-control.js';
import type { Flow } from './flow.js';
import { isSelected } from './selection.js';

/** The application's own TLS: the sidecar passes bytes on, without routes, retries and statuses. */
export function isOpaque({ call }: Flow): boolean {
  return call?.values.scheme === 'https';
}

/**
 * The routes that act on calls: those of a flow, or what MeshConfig says of calls without a route. What nobody
 * has written, Istio's own default, is none of them: whether there is a sidecar at all is then not known.
 */
export function actingRoutes(flow: Flow): readonly RouteControl[] {
  const { routes, defaultRoute } = flow;
  const isStated = defaultRoute.values.attempts.basis === 'inherited';
  return routes.length === 0 && isStated && !isOpaque(flow) ? [defaultRoute] : routes;
}

/** The routes that a kind of request may take: the first that surely matches, and those before that might. */
export function routesFor(flow: Flow, request: RequestKind): readonly RouteControl[] {
  const reached: RouteControl[] = [];
  for (const route of actingRoutes(flow)) {
    const answer = answerOf(route, flow, request);
    if (answer !== 'no') reached.push(route);
    if (answer === 'yes') break;
  }
  return reached;
}

/** The kinds of requests that a route may serve. */
export function requestsOf(flow: Flow, route: RouteControl): readonly RequestKind[] {
  return http.requests.filter((request) => routesFor(flow, request).includes(route));
}

type Answer = 'yes' | 'maybe' | 'no';

function answerOf({ values }: RouteControl, flow: Flow, request: RequestKind): Answer {
  if (values.matches.length === 0) return 'yes';
  const answers = values.matches.map((match) => answerMatch(match, flow, request));
  if (answers.includes('yes')) return 'yes';
  return answers.includes('maybe') ? 'maybe' : 'no';
}

function answerMatch(match: RouteMatch, flow: Flow, { method, hasKey }: RequestKind): Answer {
  if (match.methods !== undefined && !match.methods.includes(method)) return 'no';
  if (!match.inMesh && flow.through === 'sidecar') return 'no';
  if (!isSelected(match.sourceLabels, flow.labels)) return 'no';
  const headers = match.headers.map((name) => name.toLowerCase());
  if (headers.includes('idempotency-key') && !hasKey) return 'no';
  const hasOther = headers.some((name) => name !== 'idempotency-key');
  return match.isPartial || hasOther ? 'maybe' : 'yes';
}

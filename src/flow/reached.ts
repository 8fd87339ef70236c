import type { MatchAnswer, RequestKind } from '../transports/transport.js';
import type { RouteControl, RouteMatch } from '../model/mesh-control.js';
import type { Flow } from './flow.js';
import { isSelected } from './selection.js';

/**
 * Proxies pass bytes on, without routes, retries and statuses: the application speaks TLS itself, or none of them reads
 * requests.
 */
export function isOpaque({ call, transport, through }: Flow): boolean {
  if (through === 'nothing') return true;
  return call !== undefined && transport.schemes[call.values.scheme]?.isOpaque === true;
}

/** A kind of request that may be repeated, where there is one: what is played where nothing else is asked for. */
export function usualRequest({ requests, name }: Flow): RequestKind {
  const request = requests.find(({ isRepeatable }) => isRepeatable) ?? requests[0];
  if (request === undefined) throw new Error(`calls to ${name} consist of no requests`);
  return request;
}

/** A kind of request that must not be repeated; undefined where all may be. */
export function unrepeatableRequest({ requests }: Flow): RequestKind | undefined {
  return requests.find(({ isRepeatable }) => !isRepeatable);
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
  return flow.requests.filter((request) => routesFor(flow, request).includes(route));
}

function answerOf({ values }: RouteControl, flow: Flow, request: RequestKind): MatchAnswer {
  if (values.matches.length === 0) return 'yes';
  const answers = values.matches.map((match) => answerMatch(match, flow, request));
  if (answers.includes('yes')) return 'yes';
  return answers.includes('maybe') ? 'maybe' : 'no';
}

function answerMatch(match: RouteMatch, flow: Flow, request: RequestKind): MatchAnswer {
  if (!match.inMesh && flow.through !== 'gateway') return 'no';
  if (!isSelected(match.sourceLabels, flow.labels)) return 'no';
  const answer = flow.transport.meets(match, request);
  return answer === 'yes' && match.isPartial ? 'maybe' : answer;
}

import { quote } from '../../../model/text.js';
import { formatPath, type Problem, type ValuePath } from '../../../manifests/manifest-file.js';
import { problem } from '../../../manifests/problem.js';
import { checkPort } from '../../../manifests/values.js';
import { checkAddress } from './address.js';

type Match = {
  readonly sniHosts?: readonly string[];
  readonly destinationSubnets?: readonly string[];
  readonly port?: number;
};
export type StreamRoute = {
  readonly match?: readonly Match[];
  readonly route?: readonly { readonly weight?: number }[];
};

/** validateTLSRoute: server names of routes are names of the VirtualService, or narrower. */
export function* checkTlsRoutes(
  routes: readonly StreamRoute[],
  hosts: readonly string[],
): Generator<Problem> {
  for (const [index, route] of routes.entries()) {
    const at = ['spec', 'tls', index];
    yield* checkRoute(at, route);
    if ((route.match ?? []).length === 0)
      yield problem(
        [...at, 'match'],
        `${formatPath(at)} must have a match: TLS is told apart by sniHosts.`,
      );
    for (const [place, { sniHosts = [] }] of (route.match ?? []).entries()) {
      const own = [...at, 'match', place];
      if (sniHosts.length === 0) yield problem(own, `${formatPath(own)} must have sniHosts.`);
      for (const [number, name] of sniHosts.entries()) {
        if (!hosts.some((host) => isWithin(name, host)))
          yield problem(
            [...own, 'sniHosts', number],
            `${quote(name)} is none of the hosts of the VirtualService (${hosts.join(', ')}).`,
          );
      }
    }
  }
}

/** validateTCPRoute. */
export function* checkTcpRoutes(routes: readonly StreamRoute[]): Generator<Problem> {
  for (const [index, route] of routes.entries()) yield* checkRoute(['spec', 'tcp', index], route);
}

function* checkRoute(at: ValuePath, { match = [], route = [] }: StreamRoute): Generator<Problem> {
  if (route.length === 0) yield problem(at, `${formatPath(at)} must have a route.`);
  const total = route.reduce((sum, { weight = 0 }) => sum + weight, 0);
  if (route.length > 1 && total === 0)
    yield problem(
      [...at, 'route'],
      `the weights of ${formatPath([...at, 'route'])} must not add up to 0.`,
    );
  for (const [index, { destinationSubnets = [], port }] of match.entries()) {
    yield* checkPort([...at, 'match', index, 'port'], port);
    for (const [place, subnet] of destinationSubnets.entries())
      yield* checkAddress([...at, 'match', index, 'destinationSubnets', place], subnet);
  }
}

/** A pattern is within another one, a name within its pattern. */
function isWithin(name: string, host: string): boolean {
  if (name === host || host === '*') return true;
  return host.startsWith('*.') && name.endsWith(host.slice(1));
}

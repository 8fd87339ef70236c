import type { Composition, Flow, Hop } from './composition.js';
import { isRepeatable, requestsOf } from './reached.js';
import { worstAmplification } from './retry-amplified.js';
import { cite, type Rule } from './rule.js';

/** Requests at the end of the longest path for one at its start. */
const BUDGET = 10;

type Path = { readonly hops: readonly Hop[]; readonly product: number };

export const retryDepth: Rule = {
  code: 'RETRY_DEPTH',
  severity: 'error',
  layer: 'both',
  title: 'Retries of every hop multiply along a call path.',
  reads: ['app/call'],
  why: 'Tries at depth d multiply: 3 tries at each of 3 hops are 27 requests at the last (istio#13851; gRFC A6 bounds this with budgets). Local replies of sidecars are 14 or 503, which the hop above repeats again.',
  fix: 'Repeat at one hop of the path, the one nearest to the user; one try at the others.',
  check: (composition) => {
    const path = longestPath(composition);
    const last = path.hops.at(-1);
    // Reported once, by the service that makes the last call.
    if (last === undefined || !composition.flows.includes(last.flow)) return [];
    if (path.hops.length < 2 || path.product <= BUDGET) return [];
    const names = [path.hops[0]?.from ?? '', ...path.hops.map(({ to }) => to)].map(
      (host) => host.split('.')[0] ?? host,
    );
    const factors = path.hops.map(({ flow }) => triesOf(flow));
    const place = last.flow.retries?.values.tries.place ?? last.flow.call?.place;
    if (place === undefined) return [];
    return [
      {
        target: names.at(-1) ?? '',
        at: place,
        also: path.hops.slice(0, -1).flatMap(({ flow }) => flow.retries?.values.tries.place ?? []),
        message: `One request can reach ${names.at(-1) ?? ''} ${path.product} times along ${names.join(' → ')}: ${factors.join(' × ')} tries (budget ${BUDGET}).`,
        fix: `Repeat at one hop only: one try for ${last.flow.name} (${cite(place)}).`,
      },
    ];
  },
};

/** Tries of one hop, both layers together. */
function triesOf(flow: Flow): number {
  const products = flow.routes
    .filter((route) => requestsOf(flow, route).some(isRepeatable))
    .map((route) => worstAmplification(flow, route))
    .map(({ app, mesh }) => app * mesh);
  return Math.max(flow.retries?.values.tries.value ?? 1, ...products);
}

function longestPath({ hops }: Composition): Path {
  const follow = (from: string, seen: ReadonlySet<string>): Path => {
    const next = hops
      .filter((hop) => hop.from === from && !seen.has(hop.to))
      .map((hop) => {
        const rest = follow(hop.to, new Set([...seen, hop.to]));
        return { hops: [hop, ...rest.hops], product: triesOf(hop.flow) * rest.product };
      });
    return next.reduce(
      (best, path) => (path.product > best.product ? path : best),
      next[0] ?? { hops: [], product: 1 },
    );
  };
  const starts = [...new Set(hops.map(({ from }) => from))];
  return starts
    .map((start) => follow(start, new Set([start])))
    .reduce((best, path) => (path.product > best.product ? path : best), { hops: [], product: 1 });
}

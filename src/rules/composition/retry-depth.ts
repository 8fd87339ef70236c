import type { Flow } from '../../flow/flow.js';
import type { Composition, Hop } from '../../flow/composition.js';
import { actingRoutes, requestsOf } from '../../flow/reached.js';
import { worstOfProcessed } from './retry-amplified.js';
import { cite, type Rule } from '../rule.js';

/** Requests at the end of the longest path for one at its start. */
const BUDGET = 10;

type Path = { readonly hops: readonly Hop[]; readonly product: number };

export const retryDepth: Rule = {
  code: 'RETRY_DEPTH',
  severity: 'error',
  layer: 'both',
  title: 'Retries of every hop multiply along a call path.',
  reads: ['app/call'],
  spansServices: true,
  why: 'Tries at depth d multiply: 3 tries at each of 3 hops are 27 requests at the last (gRFC A6 bounds this with budgets). Local replies of sidecars are 14 or 503, which the hop above repeats again.',
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

/** Tries of one hop, both layers together: those that the next one processes. */
function triesOf(flow: Flow): number {
  const known = tries.get(flow);
  if (known !== undefined) return known;
  const found = countTries(flow);
  tries.set(flow, found);
  return found;
}

/** A flow of a fleet lies on many paths. */
const tries = new WeakMap<Flow, number>();

function countTries(flow: Flow): number {
  const products = actingRoutes(flow)
    .filter((route) => requestsOf(flow, route).some(({ isRepeatable }) => isRepeatable))
    .map((route) => worstOfProcessed(flow, route))
    .map(({ app, mesh }) => app * mesh);
  return Math.max(flow.retries?.values.tries.value ?? 1, ...products);
}

/** The path is that of the whole fleet, and so the same for each of its services. */
function longestPath({ hops }: Composition): Path {
  const known = paths.get(hops);
  if (known !== undefined) return known;
  const found = findLongestPath(hops);
  paths.set(hops, found);
  return found;
}

const paths = new WeakMap<readonly Hop[], Path>();
const nowhere: Path = { hops: [], product: 1 };

function findLongestPath(hops: readonly Hop[]): Path {
  const from = new Map<string, Hop[]>();
  for (const hop of hops) from.set(hop.from, [...(from.get(hop.from) ?? []), hop]);
  const best = new Map<string, Path>();
  const circular = leadingIntoCircles(from);

  /** The longest path that meets no host twice. */
  const follow = (start: string, seen: ReadonlySet<string>): Path => {
    const known = best.get(start);
    if (known !== undefined) return known;
    const next = (from.get(start) ?? [])
      .filter(({ to }) => !seen.has(to))
      .map((hop) => {
        const rest = follow(hop.to, new Set([...seen, hop.to]));
        return { hops: [hop, ...rest.hops], product: triesOf(hop.flow) * rest.product };
      });
    const path = longer(next[0] ?? nowhere, next);
    if (!circular.has(start)) best.set(start, path);
    return path;
  };

  const starts = [...from.keys()];
  return longer(
    nowhere,
    starts.map((start) => follow(start, new Set([start]))),
  );
}

/** The one of several that makes most requests; the first of equals. */
function longer(first: Path, others: readonly Path[]): Path {
  return others.reduce((best, path) => (path.product > best.product ? path : best), first);
}

/** Hosts from which calls lead into a circle: the longest path from them depends on where it comes from. */
function leadingIntoCircles(from: ReadonlyMap<string, readonly Hop[]>): ReadonlySet<string> {
  // What calls only hosts that are known to end does end.
  const left = new Set(from.keys());
  for (let before = -1; before !== left.size;) {
    before = left.size;
    for (const start of left) {
      if (from.get(start)?.every(({ to }) => !left.has(to)) === true) left.delete(start);
    }
  }
  return left;
}

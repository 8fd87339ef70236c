import { exists, down, text } from '../../../manifests/cursor.js';
import type { Report, Rule } from '../../../rules/rule.js';
import { linkerdWorld } from '../written/annotated.js';
import { policiesIn, type HeldPolicy } from '../effective/policies-in.js';
import { matchesOf } from '../read/match.js';
import { RETRY } from '../read/annotations.js';
import { repeatsOf } from '../read/grammar.js';

const SAFE = ['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'TRACE'];

export const l5dRetryUnsafe: Rule = {
  code: 'L5D_RETRY_UNSAFE',
  severity: 'error',
  layer: 'mesh',
  title: 'The mesh repeats requests that must not be made twice.',
  reads: ['mesh/objects'],
  why: 'Linkerd never looks at the method: a POST that was answered 500, or whose connection broke after it was sent (502), was sent again (measured). A class of failures that nothing has processed cannot be written.',
  fix: 'Retry annotations only on a route whose rules match GET, HEAD, OPTIONS, PUT or DELETE, or require an Idempotency-Key.',
  check: (composition) => {
    const world = linkerdWorld(composition);
    if (world === undefined) return [];
    const seen = new Set<string>();
    return policiesIn(world)
      .flatMap(checkPolicy)
      .filter(({ key }) => !seen.has(key) && seen.add(key).size > 0)
      .map(({ report }) => report);
  },
};

/** One report for each place of a condition: several rules may share it. */
function checkPolicy(held: HeldPolicy): { readonly key: string; readonly report: Report }[] {
  const { target, policy, kind } = held;
  const condition = policy.retry?.http;
  // What methods of gRPC may be repeated no manifest says.
  if (condition === undefined || kind === 'GRPCRoute') return [];
  const repeats = repeatsOf({
    statuses: policy.retry?.statuses?.value ?? [],
    words: [],
    cutsTries: policy.retry?.timeout !== undefined,
  });
  // Who asks for fewer calls has not processed this one.
  if (repeats.every((failure) => failure === '429')) return [];
  const unsafe = unsafeMethods(held);
  if (unsafe === undefined) return [];
  const { file, line, column } = condition.place;
  const report: Report = {
    target,
    at: condition.place,
    severity: unsafe === 'any' ? 'warning' : 'error',
    message:
      unsafe === 'any'
        ? `${RETRY}http: ${condition.value} of ${target} holds for every method: a POST that was processed is sent again.`
        : `${RETRY}http: ${condition.value} holds for ${unsafe}: one that was processed is sent again.`,
    fix: 'The annotations on an HTTPRoute that matches only methods which may be repeated.',
  };
  return [{ key: `${file}:${line}:${column} ${unsafe}`, report }];
}

/** Methods of a rule that must not be repeated, `any` where nothing says the method; undefined where all may be. */
function unsafeMethods({ rule }: HeldPolicy): string | undefined {
  if (rule === undefined) return 'any';
  const methods = matchesOf(rule)
    .filter((match) => {
      const headers = down(match, 'headers');
      const keyed = headers.node?.kind === 'list' ? headers.node.items.map((_, at) => at) : [];
      return !keyed.some(
        (at) => text(down(headers, at, 'name')).value.toLowerCase() === 'idempotency-key',
      );
    })
    .map((match) => (exists(down(match, 'method')) ? text(down(match, 'method')).value : 'any'))
    .filter((method) => !SAFE.includes(method));
  if (methods.length === 0) return undefined;
  return methods.includes('any') ? 'any' : methods.join(', ');
}

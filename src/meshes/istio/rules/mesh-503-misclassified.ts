import type { Value } from '../../../model/control.js';
import type { Report, Rule } from '../../../rules/rule.js';

const FOREIGN = ['overloaded', '401', '403', 'body'];

export const mesh503Misclassified: Rule = {
  code: 'MESH_503_MISCLASSIFIED',
  severity: 'error',
  layer: 'both',
  title: 'The application repeats, or counts as a failure, what its own sidecar refused.',
  reads: ['app/call'],
  why: 'A 503 with x-envoy-overloaded: true is our own shedding by the connection pool: repeating it adds to the load, and counting it opens the breaker of a healthy upstream. 401 and 403 are answers. The body of a 503 does not tell who made it (measured for every cause).',
  fix: 'Overloaded is neither repeated nor counted, every other 503 is treated alike, by headers only.',
  check: ({ flows }) => {
    const known = flows.some(
      ({ retries, breaker }) => retries !== undefined || breaker !== undefined,
    );
    if (!known) return undefined;
    return flows.flatMap(({ name, retries, breaker }) => [
      ...reportOn(name, retries?.values.on, 'repeats'),
      ...reportOn(name, breaker?.values.counts, 'counts as failures'),
    ]);
  },
};

function reportOn(
  target: string,
  words: Value<readonly string[]> | undefined,
  verb: string,
): Report[] {
  const wrong = (words?.value ?? []).filter((word) => FOREIGN.includes(word));
  if (words === undefined || wrong.length === 0) return [];
  return [
    {
      target,
      at: words.place,
      message: `The application ${verb} ${wrong.join(', ')} of ${target}: that is no failure of ${target}.`,
      fix: `Take ${wrong.join(', ')} out of the list.`,
    },
  ];
}

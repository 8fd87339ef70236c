import * as z from 'zod/mini';

import type { JsonValue } from '../model/json.js';
import type { KnownFindings } from './judge-findings.js';

/** What was wrong with a service before a change. */
export type KnownBefore = {
  readonly findings: KnownFindings;
  /** Files that could not be read, each as `keyOfProblem` says. */
  readonly problems: ReadonlySet<string>;
};

export function keyOfProblem({
  file,
  message,
}: {
  readonly file: string;
  readonly message: string;
}): string {
  return `${file} ${message}`;
}

/** As it is kept with an update that waits for people. */
export function describeKnown({ findings, problems }: KnownBefore): JsonValue {
  return {
    findings: [...findings].map(([key, count]) => ({ key, count })),
    problems: [...problems],
  };
}

/** Reads back what `describeKnown` wrote. @returns nothing known for anything else, as 0.1.0 left it */
export function readKnown(kept: JsonValue | undefined): KnownBefore {
  const schema = z.object({
    findings: z.array(z.object({ key: z.string(), count: z.number() })),
    problems: z.array(z.string()),
  });
  const { data } = schema.safeParse(kept);
  return {
    findings: new Map(data?.findings.map(({ key, count }) => [key, count])),
    problems: new Set(data?.problems),
  };
}

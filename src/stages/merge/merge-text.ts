import { diff3Merge } from 'node-diff3';

/** Labels of the three versions in conflict markers. */
export const labels = {
  ours: 'yours',
  base: 'last written by scaffold',
  theirs: 'template',
} as const;

export type TextMerge = {
  readonly text: string;
  /** Lines (from 1) of the `<<<<<<<` markers; empty when the merge is clean. */
  readonly conflicts: readonly number[];
};

/** Merges three LF texts line by line; where both changed the same lines differently, diff3 markers. */
export function mergeText(base: string, ours: string, theirs: string): TextMerge {
  const isEnded = [base, ours, theirs].every((text) => text.endsWith('\n'));
  const [a, o, b] = [ours, base, theirs].map((text) => lines(text, isEnded));
  const regions = diff3Merge(a ?? [], o ?? [], b ?? [], { excludeFalseConflicts: true });
  const merged: string[] = [];
  const conflicts: number[] = [];
  for (const { ok, conflict } of regions) {
    if (ok !== undefined) merged.push(...ok);
    if (conflict === undefined) continue;
    conflicts.push(merged.length + 1);
    merged.push(
      `<<<<<<< ${labels.ours}`,
      ...conflict.a,
      `||||||| ${labels.base}`,
      ...conflict.o,
      '=======',
      ...conflict.b,
      `>>>>>>> ${labels.theirs}`,
    );
  }
  return { text: merged.join('\n') + (isEnded ? '\n' : ''), conflicts };
}

/** Lines without their ends. A final newline stands apart where all have it, so that it is no line to clash on. */
function lines(text: string, isEnded: boolean): string[] {
  return (isEnded ? text.slice(0, -1) : text).split('\n');
}

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
  const regions = diff3Merge(lines(ours), lines(base), lines(theirs), {
    excludeFalseConflicts: true,
  });
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
  return { text: merged.join('\n'), conflicts };
}

/** Lines without their ends; a final newline gives a last empty line, so that joining restores the text. */
function lines(text: string): string[] {
  return text.split('\n');
}

/** A text on disk at a path that the tool did not write. */
export type Candidate = { readonly path: string; readonly id: string; readonly text: string };

/** A file that is gone from where the tool wrote it. */
export type Vanished = { readonly path: string; readonly id: string; readonly text: string };

/** Share of lines that must be the same for two texts to be one file that moved: git's own default. */
const MIN_SIMILARITY = 0.5;

/**
 * Finds where people moved files to: the same bytes, or else the most similar text. Each candidate is
 * taken once, exact matches first.
 *
 * @returns old path to new path
 */
export function findRenames(
  vanished: readonly Vanished[],
  candidates: readonly Candidate[],
): ReadonlyMap<string, string> {
  const pairs = vanished.flatMap((from) =>
    candidates.map((to) => ({
      from: from.path,
      to: to.path,
      score: from.id === to.id ? 2 : similarity(from.text, to.text) + sameName(from.path, to.path),
    })),
  );
  const renames = new Map<string, string>();
  const taken = new Set<string>();
  for (const { from, to, score } of pairs.sort((a, b) => b.score - a.score)) {
    if (score < MIN_SIMILARITY || renames.has(from) || taken.has(to)) continue;
    renames.set(from, to);
    taken.add(to);
  }
  return renames;
}

/** A nudge for files that kept their name, below what a line is worth. */
function sameName(a: string, b: string): number {
  return a.split('/').at(-1) === b.split('/').at(-1) ? 0.001 : 0;
}

/** Share of the longer text's lines that stand in both, blank lines left out. */
function similarity(a: string, b: string): number {
  const [linesA, linesB] = [countLines(a), countLines(b)];
  const total = Math.max(sum(linesA), sum(linesB));
  if (total === 0) return 0;
  let shared = 0;
  for (const [line, count] of linesA) shared += Math.min(count, linesB.get(line) ?? 0);
  return shared / total;
}

function countLines(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const line of text.split('\n')) {
    const trimmed = line.trim();
    if (trimmed !== '') counts.set(trimmed, (counts.get(trimmed) ?? 0) + 1);
  }
  return counts;
}

function sum(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((total, count) => total + count, 0);
}

import { closest, distance } from 'fastest-levenshtein';

/** Shorter words are part of too much to mean anything. */
const MIN_PART = 3;

/**
 * The candidate nearest to a mistyped word, or else the only one of which it is a part or that is a part of it.
 *
 * @returns undefined when none is near enough to be what was meant
 */
export function suggest(word: string, candidates: Iterable<string>): string | undefined {
  const known = [...candidates];
  if (known.length === 0) return undefined;
  const lower = word.toLowerCase();
  const nearest = closest(lower, known);
  if (distance(lower, nearest) <= Math.ceil(word.length * 0.4)) return nearest;
  const [only, ...others] = known.filter((candidate) => isPart(lower, candidate.toLowerCase()));
  return others.length === 0 ? only : undefined;
}

function isPart(word: string, candidate: string): boolean {
  const [shorter, longer] = word.length < candidate.length ? [word, candidate] : [candidate, word];
  return shorter.length >= MIN_PART && longer.includes(shorter);
}

/** ` Did you mean retry?`, or nothing: the tail of a message about an unknown word. */
export function didYouMean(word: string, candidates: Iterable<string>): string {
  const candidate = suggest(word, candidates);
  return candidate === undefined ? '' : ` Did you mean ${candidate}?`;
}

/** True when one word is the other with a slip or two. */
export function isSlip(word: string, other: string): boolean {
  return distance(word, other) <= Math.min(2, Math.ceil(word.length / 2));
}

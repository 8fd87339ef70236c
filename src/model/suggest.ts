import { closest, distance } from 'fastest-levenshtein';

/** The candidate nearest to a mistyped word, or undefined when none is near enough to be what was meant. */
export function suggest(word: string, candidates: Iterable<string>): string | undefined {
  const known = [...candidates];
  if (known.length === 0) return undefined;
  const nearest = closest(word.toLowerCase(), known);
  return distance(word.toLowerCase(), nearest) <= Math.ceil(word.length * 0.4)
    ? nearest
    : undefined;
}

/** ` Did you mean retry?`, or nothing: the tail of a message about an unknown word. */
export function didYouMean(word: string, candidates: Iterable<string>): string {
  const candidate = suggest(word, candidates);
  return candidate === undefined ? '' : ` Did you mean ${candidate}?`;
}

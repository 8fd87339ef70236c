/**
 * A pattern of a patch's target, which is a regular expression of Go and matches a text as a whole.
 *
 * @returns undefined for one that has no counterpart here, or that is none
 */
export function targetPattern(pattern: string): RegExp | undefined {
  const [, flags = '', rest = ''] = /^(?:\(\?([a-zA-Z]+)\))?([^]*)$/.exec(pattern) ?? [];
  // Go's further flags and its \A, \z, \Q, \pN and [[:alpha:]] mean something else here.
  if (/[^is]/.test(flags) || /\\[AzQEpP]|\[\[:|\(\?[^:]/.test(rest)) return undefined;
  try {
    return new RegExp(`^(?:${rest})$`, flags);
  } catch {
    return undefined;
  }
}

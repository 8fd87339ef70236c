/** A three-way merge of keyed values; keys that both sides changed differently are left to the caller. */
export type KeyedMerge<T> = {
  /** Changes to apply to our side: the new value, or undefined to remove the key. */
  readonly changes: ReadonlyMap<string, T | undefined>;
  readonly clashes: readonly string[];
};

/**
 * Finds what the template changed since base that our side does not have yet.
 *
 * @param settle decides a key that both changed differently; undefined means a clash
 */
export function mergeKeyed<T>(
  { base, ours, theirs }: Readonly<Record<'base' | 'ours' | 'theirs', ReadonlyMap<string, T>>>,
  isEqual: (a: T, b: T) => boolean,
  settle: (
    ours: T | undefined,
    theirs: T | undefined,
    base: T | undefined,
    key: string,
  ) => { value: T | undefined } | undefined,
): KeyedMerge<T> {
  const equal = (a: T | undefined, b: T | undefined): boolean =>
    a === undefined || b === undefined ? a === b : isEqual(a, b);
  const changes = new Map<string, T | undefined>();
  const clashes: string[] = [];
  for (const key of new Set([...base.keys(), ...theirs.keys()])) {
    const [b, o, t] = [base.get(key), ours.get(key), theirs.get(key)];
    if (equal(b, t) || equal(o, t)) continue;
    if (equal(b, o)) {
      changes.set(key, t);
      continue;
    }
    const settled = settle(o, t, b, key);
    if (settled === undefined) clashes.push(key);
    else if (!equal(o, settled.value)) changes.set(key, settled.value);
  }
  return { changes, clashes };
}

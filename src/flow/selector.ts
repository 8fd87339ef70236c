import type { Control, ControlAt, ControlKey } from '../model/controls.js';

/** The controls of one kind. */
export type Selector = <K extends ControlKey>(key: K) => readonly ControlAt<K>[];

export function selectorOf(controls: readonly Control[]): Selector {
  const byKey = new Map<string, Control[]>();
  for (const control of controls) {
    const key = `${control.layer}/${control.kind}`;
    const group = byKey.get(key);
    if (group === undefined) byKey.set(key, [control]);
    else group.push(control);
  }
  return <K extends ControlKey>(key: K) =>
    (byKey.get(key) ?? []) as readonly Control[] as readonly ControlAt<K>[];
}

/** Computes something of all controls once: an index, for rules that ask again and again. */
export function perSelector<T>(compute: (all: Selector) => T): (all: Selector) => T {
  const known = new WeakMap<Selector, { readonly value: T }>();
  return (all) => {
    const found = known.get(all) ?? { value: compute(all) };
    known.set(all, found);
    return found.value;
  };
}

/** Controls of one kind by a text of theirs. */
export function groupedBy<K extends ControlKey>(
  key: K,
  textOf: (control: ControlAt<K>) => string,
): (all: Selector) => ReadonlyMap<string, readonly ControlAt<K>[]> {
  return perSelector((all) => {
    const groups = new Map<string, ControlAt<K>[]>();
    for (const control of all(key)) addTo(groups, textOf(control), control);
    return groups;
  });
}

/** Adds to the list of a key. */
export function addTo<K, T>(groups: Map<K, T[]>, key: K, item: T): void {
  const group = groups.get(key);
  if (group === undefined) groups.set(key, [item]);
  else group.push(item);
}

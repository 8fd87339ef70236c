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

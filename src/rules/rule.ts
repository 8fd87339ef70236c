import type { Place, Value } from '../model/control.js';
import type { ControlKey } from '../model/controls.js';
import type { Edit, EditValue, Severity } from '../model/finding.js';
import type { Composition } from '../flow/composition.js';

/** What a rule says about one place. */
export type Report = {
  /** What it is about: an upstream's name, or `Kind/name`. */
  readonly target: string;
  readonly at: Place;
  /** Places that it disagrees with. */
  readonly also?: readonly Place[];
  /** What happens, with the numbers. */
  readonly message: string;
  /** The change, with its value. */
  readonly fix: string;
  /** When it is less, or more, than the rule's own. */
  readonly severity?: Severity;
  /** The change in mechanical form, where it cannot do harm. */
  readonly edits?: readonly Edit[];
};

/** One way in which the two layers, or the parts of one, do not compose. Pure. */
export type Rule = {
  readonly code: string;
  /** The most that it reports. */
  readonly severity: Severity;
  readonly layer: 'app' | 'mesh' | 'both';
  readonly title: string;
  /** Id of the mesh whose rule it is, as its folder says; it does not apply to a service in another one. */
  readonly mesh?: string;
  /** It reads `hops`, the calls of all services that are checked together, and of its own controls the calls alone. */
  readonly spansServices?: true;
  /** Controls without which it cannot apply; it is then counted as such and says nothing. */
  readonly reads: readonly ControlKey[];
  /** What happens, and where that is known from. */
  readonly why: string;
  /** What to do, in general. */
  readonly fix: string;
  /** @returns undefined when an input that it needs was not declared */
  readonly check: (composition: Composition) => readonly Report[] | undefined;
};

/** Writes a value into the place where another stands, or would stand. */
export function setValue({ place }: Pick<Value<unknown>, 'place'>, value: EditValue): Edit[] {
  return editAt(place, value);
}

/** Takes the key out. */
export function removeValue({ place }: Pick<Value<unknown>, 'place'>): Edit[] {
  return editAt(place, undefined);
}

/** A place outside manifests has no object, and cannot be edited mechanically. */
function editAt({ file, object, at }: Place, value: EditValue | undefined): Edit[] {
  return object === undefined || at === undefined ? [] : [{ file, object, at, value }];
}

/** Where the mesh's configuration says it, for what stands nowhere else. */
export function inheritedFrom(value: Value<unknown>): readonly Place[] {
  return value.basis === 'inherited' ? [value.from] : [];
}

/** Where a value is set: in the mesh's configuration when it is inherited. */
export function originOf(value: Value<unknown>): Place {
  return value.basis === 'inherited' ? value.from : value.place;
}

/** `file:line`, as messages name a place; an option of the command line has no line. */
export function cite({ file, line }: Place): string {
  return line === 0 ? file : `${file}:${line}`;
}

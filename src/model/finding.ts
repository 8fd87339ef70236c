import type { ObjectName, Place } from './control.js';

export const severities = ['error', 'warning', 'info'] as const;
export type Severity = (typeof severities)[number];

/** True when `severity` is at or above `limit`. */
export function reaches(severity: Severity, limit: Severity): boolean {
  return severities.indexOf(severity) <= severities.indexOf(limit);
}

/** A value to be written into, or taken out of, a manifest. */
export type Edit = {
  readonly file: string;
  readonly object: ObjectName;
  readonly at: readonly (string | number)[];
  /** Undefined takes the key out. */
  readonly value: EditValue | undefined;
};

export type EditValue =
  string | number | boolean | readonly EditValue[] | { readonly [key: string]: EditValue };

/** One result of a rule. */
export type Finding = {
  readonly code: string;
  readonly severity: Severity;
  readonly layer: 'app' | 'mesh' | 'both';
  /** What it is about: an upstream's name, or `Kind/name`. */
  readonly target: string;
  /** What happens, with the numbers. */
  readonly message: string;
  readonly why: string;
  readonly fix: string;
  /** The first is where it is reported; the others are what it disagrees with. */
  readonly locations: readonly Place[];
  /** A mechanical form of the fix, where it is safe. */
  readonly edits: readonly Edit[];
  /**
   * Kustomizations or files that it holds for, where its file belongs to several that are checked by themselves.
   */
  readonly units?: readonly string[];
};

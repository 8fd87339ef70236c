import type { Problem, ValuePath } from './manifest-file.js';

export function problem(at: ValuePath, message: string): Problem {
  return { at, message };
}

/** Accepted by Istio, and not what it looks like. */
export function warning(at: ValuePath, message: string): Problem {
  return { at, message, severity: 'warning' };
}

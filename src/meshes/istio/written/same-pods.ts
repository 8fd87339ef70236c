import type { Labels } from '../../../model/mesh-control.js';

/** The selectors ask for the same labels. */
export function isSame(a: Labels, b: Labels): boolean {
  return isWithin(a, b) && isWithin(b, a);
}

/** The pods of the narrower selector are pods of the other too. */
export function selectsSame(a: Labels, b: Labels): boolean {
  return isWithin(a, b) || isWithin(b, a);
}

function isWithin(a: Labels, b: Labels): boolean {
  return Object.entries(a).every(([key, value]) => b[key] === value);
}

import type { JsonValue } from '../../model/json.js';

/** A value of a manifest. */
export type Value = JsonValue;
export type ValueMap = { readonly [key: string]: Value };

export function isMap(value: Value | undefined): value is ValueMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

import type { Problem, ValuePath } from './manifest-file.js';

/**
 * A value without what is wrong in it, so that the rest can be looked at too.
 *
 * @returns undefined where that would leave a list with other indexes, or nothing
 */
export function withoutPlaces(value: unknown, problems: readonly Problem[]): unknown {
  const rest = structuredClone(value);
  for (const { at } of problems) if (!remove(rest, at)) return undefined;
  return rest;
}

function remove(root: unknown, at: ValuePath): boolean {
  const key = at.at(-1);
  let holder = root;
  for (const part of at.slice(0, -1)) holder = childOf(holder, part);
  if (typeof key !== 'string' || typeof holder !== 'object' || holder === null) return false;
  return Reflect.deleteProperty(holder, key);
}

function childOf(value: unknown, key: string | number): unknown {
  return typeof value === 'object' && value !== null
    ? (value as Readonly<Record<string | number, unknown>>)[key]
    : undefined;
}

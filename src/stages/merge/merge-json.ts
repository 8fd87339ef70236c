import type { JsonValue } from '../../model/json.js';
import { mergeKeyed } from './merge-keyed.js';

type JsonObject = { [key: string]: JsonValue };

/**
 * Decides a value that both sides changed differently.
 *
 * @param path keys from the root of the document
 * @returns undefined when people must decide, `recurse` to merge two objects key by key
 */
export type SettleJson = (
  path: readonly string[],
  sides: Readonly<Record<'ours' | 'theirs', JsonValue | undefined>>,
) => { readonly value: JsonValue | undefined } | 'recurse' | undefined;

/**
 * Merges JSON documents by structure: keys that the template added, changed or removed are applied to ours,
 * which keeps its order and indentation.
 *
 * @param settle without it, objects are merged key by key and any other clash is for people
 * @returns undefined when a text is no JSON object, or both sides changed one value differently
 */
export function mergeJson(
  base: string,
  ours: string,
  theirs: string,
  settle: SettleJson = () => 'recurse',
): string | undefined {
  const [b, o, t] = [parseObject(base), parseObject(ours), parseObject(theirs)];
  if (b === undefined || o === undefined || t === undefined) return undefined;
  const merged = mergeObjects({ base: b, ours: o, theirs: t }, [], settle);
  if (merged === undefined) return undefined;
  const indent = /^[ \t]+/m.exec(ours)?.[0] ?? '  ';
  return `${JSON.stringify(merged, null, indent)}\n`;
}

function mergeObjects(
  { base, ours, theirs }: Readonly<Record<'base' | 'ours' | 'theirs', JsonObject>>,
  path: readonly string[],
  settle: SettleJson,
): JsonObject | undefined {
  const sides = { base: entries(base), ours: entries(ours), theirs: entries(theirs) };
  const { changes, clashes } = mergeKeyed<JsonValue>(sides, isEqual, (o, t, b, key) => {
    const settled = settle([...path, key], { ours: o, theirs: t });
    if (settled !== 'recurse') return settled;
    if (!isObject(o) || !isObject(t)) return undefined;
    const below = { base: isObject(b) ? b : {}, ours: o, theirs: t };
    const merged = mergeObjects(below, [...path, key], settle);
    return merged === undefined ? undefined : { value: merged };
  });
  if (clashes.length > 0) return undefined;
  return place(ours, theirs, changes);
}

/** Ours with the changes: new keys stand behind the key that they follow in the template. */
function place(
  ours: JsonObject,
  theirs: JsonObject,
  changes: ReadonlyMap<string, JsonValue | undefined>,
): JsonObject {
  const keys = Object.keys(ours).filter(
    (key) => !changes.has(key) || changes.get(key) !== undefined,
  );
  const order = Object.keys(theirs);
  for (const key of order) {
    if (changes.get(key) === undefined || keys.includes(key)) continue;
    const before = order
      .slice(0, order.indexOf(key))
      .reverse()
      .find((other) => keys.includes(other));
    keys.splice(before === undefined ? 0 : keys.indexOf(before) + 1, 0, key);
  }
  return Object.fromEntries(keys.map((key) => [key, (changes.get(key) ?? ours[key]) as JsonValue]));
}

function parseObject(text: string): JsonObject | undefined {
  try {
    const value = JSON.parse(text) as JsonValue;
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function entries(object: JsonObject): Map<string, JsonValue> {
  return new Map(Object.entries(object));
}

function isEqual(a: JsonValue, b: JsonValue): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

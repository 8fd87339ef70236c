import type { Schema } from './close-schema.js';

/** Below this many characters of JSON a reference would cost more than it saves. */
const WORTH_SHARING = 400;

/**
 * Moves object schemas that occur more than once into `$defs`: Istio's CRDs repeat a traffic policy
 * for each subset and each port. What is valid stays the same; a DestinationRule shrinks to a third.
 */
export function shareSchemas(root: Schema): Schema {
  const counts = new Map<string, number>();
  count(root, counts);
  const names = new Map<string, string>();
  const definitions: Schema = {};
  const shared = replace(root, true);
  return Object.keys(definitions).length === 0 ? shared : { ...shared, $defs: definitions };

  function replace(value: unknown, isRoot: boolean): Schema {
    return descend(value, isRoot, '') as Schema;
  }

  function descend(value: unknown, isRoot: boolean, hint: string): unknown {
    if (Array.isArray(value)) return value.map((item) => descend(item, false, hint));
    if (typeof value !== 'object' || value === null) return value;
    const text = JSON.stringify(value);
    const known = names.get(text);
    if (known !== undefined) return { $ref: `#/$defs/${known}` };
    const rebuild = () =>
      Object.fromEntries(
        Object.entries(value).map(([key, item]) => [key, descend(item, false, hintOf(key, hint))]),
      );
    if (
      isRoot ||
      !isShareable(value) ||
      text.length < WORTH_SHARING ||
      (counts.get(text) ?? 0) < 2
    ) {
      return rebuild();
    }
    const name = freeName(hint, definitions);
    names.set(text, name);
    definitions[name] = {};
    definitions[name] = rebuild();
    return { $ref: `#/$defs/${name}` };
  }
}

function count(value: unknown, counts: Map<string, number>): void {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value) && isShareable(value)) {
    const text = JSON.stringify(value);
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  for (const item of Object.values(value)) count(item, counts);
}

/** Only whole schemas are shared, never a map of properties. */
function isShareable(value: object): boolean {
  return 'type' in value && (value as Schema)['type'] === 'object';
}

/** The name of the property under which a schema was met first: the `$defs` read like the CRD. */
function hintOf(key: string, hint: string): string {
  return ['properties', 'items', 'additionalProperties', 'oneOf', 'anyOf'].includes(key)
    ? hint
    : key;
}

function freeName(hint: string, taken: Schema): string {
  if (!(hint in taken)) return hint;
  let number = 2;
  while (`${hint}${number}` in taken) number += 1;
  return `${hint}${number}`;
}

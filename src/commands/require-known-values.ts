import type { Flow } from '../flow/flow.js';
import type { Place } from '../model/control.js';
import { inputError } from '../model/errors.js';

/**
 * Numbers of calls cannot be computed from a number that is not there.
 *
 * @throws ToolError `unknown-value` (exit 2) for one that is yet to be filled in, such as `timeout: ${TIMEOUT}`
 */
export function requireKnownValues(flows: readonly Flow[]): void {
  for (const { name, routes, policy } of flows) {
    const unknown = [...routes, ...(policy === undefined ? [] : [policy])].flatMap(({ values }) => [
      ...unknownIn(values),
    ])[0];
    if (unknown === undefined) continue;
    const { file, line, column, at = [] } = unknown;
    throw inputError(
      'unknown-value',
      `${file}:${line}:${column}: ${String(at.at(-1) ?? 'a value')} is no number yet, so that calls to ${name} cannot be computed.`,
      'Fill the variables in first, and name the files that come out, or - for standard input.',
    );
  }
}

/** Places of numbers that are NaN, at any depth. */
function* unknownIn(value: unknown): Generator<Place> {
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    for (const item of value as readonly unknown[]) yield* unknownIn(item);
  } else if (isUnknown(value)) yield value.place;
  else if (!('place' in value)) for (const inner of Object.values(value)) yield* unknownIn(inner);
}

function isUnknown(value: object): value is { readonly value: number; readonly place: Place } {
  return 'place' in value && 'value' in value && Number.isNaN(value.value);
}

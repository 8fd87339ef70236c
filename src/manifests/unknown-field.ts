import { didYouMean, isSlip } from '../model/suggest.js';
import { formatPath, type Problem, type ValuePath } from './manifest-file.js';
import type { Validator } from './schemas/validators.js';

type Context = {
  readonly validate: Validator;
  /** The whole object. */
  readonly value: unknown;
  /** Names of all fields of the kind. */
  readonly fields: readonly string[];
  /** What the schema was made of, as `istio.io/api@v1.31.1`. */
  readonly origin: string;
};

export type UnknownField = Problem & {
  /** The field beside it that was meant. */
  readonly meant?: string;
};

/**
 * A field that the schema does not have at its place, of an object that may be of a newer version than the schema.
 * A slip of a field that belongs there, and a field of what is around it, are errors; any other may be new.
 */
export function unknownField(at: ValuePath, context: Context): UnknownField {
  const { fields, origin } = context;
  const name = String(at.at(-1));
  const unknown = `${formatPath(at)} is no field of its kind`;
  const meant = fields.find(
    (field) =>
      isMisspelt(name, field, valueAt(context.value, at)) &&
      isFieldAt([...at.slice(0, -1), field], context),
  );
  if (meant !== undefined) return { at, meant, message: `${unknown}. Did you mean ${meant}?` };
  const owner = fields.includes(name) ? ownerOf(at, context) : undefined;
  if (owner !== undefined)
    return { at, message: `${unknown}: ${name} belongs to ${formatPath(owner)}.` };
  return {
    at,
    severity: 'warning',
    message: `${unknown} in ${origin.replace('@v', ' ')}: a cluster that does not know it refuses or drops it.${didYouMean(name, fields)}`,
  };
}

/** Lists such as `targetRefs` beside `targetRef` are how an API grows, and no slip. */
function isMisspelt(name: string, field: string, value: unknown): boolean {
  if (name === `${field}s` && typeof value === 'object') return false;
  return isSlip(name.toLowerCase(), field.toLowerCase());
}

/** The nearest object around it that has such a field: what is indented too far. */
function ownerOf(at: ValuePath, context: Context): ValuePath | undefined {
  const name = String(at.at(-1));
  for (let depth = at.length - 2; depth > 0; depth -= 1) {
    const owner = at.slice(0, depth);
    if (isFieldAt([...owner, name], context)) return owner;
  }
  return undefined;
}

/** Whether the schema has such a field there: it has when it does not refuse one. */
function isFieldAt(at: ValuePath, { validate, value }: Context): boolean {
  const probe = withField(value, at);
  if (probe === undefined) return false;
  if (validate(probe)) return true;
  const pointer = at
    .slice(0, -1)
    .map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`);
  return !(validate.errors ?? []).some(
    (error) =>
      error.instancePath === pointer.join('') &&
      error.keyword === 'additionalProperties' &&
      error.params['additionalProperty'] === at.at(-1),
  );
}

/** A copy with a field that holds null; undefined where its owner is no map. */
function withField(value: unknown, [key, ...rest]: ValuePath): unknown {
  if (typeof value !== 'object' || value === null || key === undefined) return undefined;
  if (Array.isArray(value) !== (typeof key === 'number')) return undefined;
  const inner = rest.length === 0 ? null : withField((value as Record<string, unknown>)[key], rest);
  if (inner === undefined) return undefined;
  if (Array.isArray(value))
    return value.map((item: unknown, index) => (index === key ? inner : item));
  return { ...value, [key]: inner };
}

function valueAt(root: unknown, at: ValuePath): unknown {
  return at.reduce<unknown>((value, key) => (value as Record<string | number, unknown>)[key], root);
}

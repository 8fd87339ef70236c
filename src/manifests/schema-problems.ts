import { didYouMean } from '../model/suggest.js';
import { quote } from '../model/text.js';
import { formatPath, type Problem, type ValuePath } from './manifest-file.js';
import type { SchemaError, Validator } from './schemas/validators.js';
import { unknownField } from './unknown-field.js';

/**
 * What a value lacks to be an object of its kind, in words.
 *
 * @param fields names of all fields of the kind, for spelling
 * @param options.partial the value is a patch, which may leave out and delete
 * @param options.origin what the schema was made of, where the value may be of a newer version
 */
export function schemaProblems(
  validate: Validator,
  value: unknown,
  fields: readonly string[],
  options: { readonly partial?: boolean; readonly origin?: string } = {},
): Problem[] {
  if (validate(value)) return [];
  const errors = (validate.errors ?? [])
    .filter((error) => error.instancePath !== undefined)
    .filter((error) => options.partial !== true || !isPartial(error, value))
    .filter(({ keyword }) => !CONSEQUENCES.has(keyword));
  const { origin } = options;
  const isUnknown = (error: ToldError) =>
    origin !== undefined && error.keyword === 'additionalProperties';
  const unknown = errors
    .filter(isUnknown)
    .map((error) =>
      unknownField(placeOf(error, value), { validate, value, fields, origin: origin ?? '' }),
    );
  // What is there under a misspelt name is not missing too.
  const misspelt = new Set(
    unknown.map(({ at, meant }) => formatPath([...at.slice(0, -1), meant ?? ''])),
  );
  const others = errors
    .filter((error) => !isUnknown(error) && !misspelt.has(formatPath(placeOf(error, value))))
    .map((error) => ({ ...problemOf(error, value, fields), ...severityOf(error, value, options) }));
  const told = new Set<string>();
  return [...unknown, ...others].filter(({ at, message }) => {
    const key = `${formatPath(at)} ${message}`;
    return told.has(key) ? false : told.add(key);
  });
}

/** What a whole object must not be and a patch may be: incomplete, emptied by null, with kustomize's own words. */
function isPartial({ keyword, params, instancePath }: ToldError, root: unknown): boolean {
  if (keyword === 'additionalProperties')
    return String(params['additionalProperty']).startsWith('$');
  if (keyword === 'required' || keyword === 'oneOf' || keyword === 'anyOf') return true;
  return valueAt(root, parsePointer(instancePath, root)) === null;
}

type ToldError = Exclude<SchemaError, { readonly instancePath?: undefined }>;

/** Keywords that only say that something below them failed. */
const CONSEQUENCES = new Set(['if', 'not']);

/** A word that is unlike all that may be there is possibly new, where the value may be of a newer version. */
function severityOf(
  { keyword, params, instancePath }: ToldError,
  root: unknown,
  { origin }: { readonly origin?: string },
): { severity?: 'warning' } {
  if (keyword !== 'enum' || origin === undefined) return {};
  const actual = valueAt(root, parsePointer(instancePath, root));
  const allowed = (params['allowedValues'] as (string | null)[]).filter((word) => word !== null);
  const isLike = typeof actual !== 'string' || didYouMean(actual, allowed) !== '';
  return isLike ? {} : { severity: 'warning' };
}

/** Where it is; of a field that is unknown or missing, the field. */
function placeOf({ instancePath, params }: ToldError, root: unknown): ValuePath {
  const field = params['additionalProperty'] ?? params['missingProperty'];
  const at = parsePointer(instancePath, root);
  return typeof field === 'string' ? [...at, field] : at;
}

function problemOf(
  { instancePath, keyword, params }: ToldError,
  root: unknown,
  fields: readonly string[],
): Problem {
  const at = parsePointer(instancePath, root);
  const place = at.length === 0 ? 'the object' : formatPath(at);
  const actual = valueAt(root, at);
  switch (keyword) {
    case 'additionalProperties': {
      const name = String(params['additionalProperty']);
      return {
        at: [...at, name],
        message: `${formatPath([...at, name])} is no field of its kind.${didYouMean(name, fields)}`,
      };
    }
    case 'required':
      return { at, message: `${place} must have ${String(params['missingProperty'])}.` };
    case 'type':
      return {
        at,
        message: `${place} must be ${article(params['type'])}, not ${describe(actual)}.`,
      };
    case 'const':
      return {
        at,
        message: `${place} must be ${quote(String(params['allowedValue']))}, not ${describe(actual)}.`,
      };
    case 'enum': {
      // Enumerations of manifests hold words alone, and null where a field may be empty.
      const allowed = (params['allowedValues'] as (string | null)[]).filter(
        (word) => word !== null,
      );
      return {
        at,
        message: `${place} must be one of ${allowed.join(', ')}, not ${describe(actual)}.${typeof actual === 'string' ? didYouMean(actual, allowed) : ''}`,
      };
    }
    case 'pattern':
      return {
        at,
        message: `${place} must match ${String(params['pattern'])}; it is ${describe(actual)}.`,
      };
    case 'oneOf':
    case 'anyOf':
      return { at, message: `${place} is none of the forms it may have, or several at once.` };
    case 'minLength':
    case 'minItems':
    case 'minProperties':
      if (params['limit'] === 1) return { at, message: `${place} must not be empty.` };
      return beyondLimit(keyword, params, { at, place, actual });
    default:
      return beyondLimit(keyword, params, { at, place, actual });
  }
}

function beyondLimit(
  keyword: string,
  params: ToldError['params'],
  { at, place, actual }: { at: ValuePath; place: string; actual: unknown },
): Problem {
  const limit = 'limit' in params ? ` ${String(params['limit'])}` : '';
  return {
    at,
    message: `${place} breaks its limit (${keyword}${limit}); it is ${describe(actual)}.`,
  };
}

function describe(value: unknown): string {
  if (typeof value === 'string') return quote(value);
  if (value === null) return 'empty';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'a map' : JSON.stringify(value);
}

function article(types: unknown): string {
  const words: Record<string, string> = {
    string: 'text',
    integer: 'a whole number',
    number: 'a number',
    boolean: 'true or false',
    array: 'a list',
    object: 'a map',
    null: 'empty',
  };
  return (Array.isArray(types) ? (types as string[]) : [String(types)])
    .map((type) => words[type] ?? type)
    .join(' or ');
}

/** A JSON pointer, with indexes of lists as numbers. */
function parsePointer(pointer: string, root: unknown): ValuePath {
  const at: (string | number)[] = [];
  for (const part of pointer.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    at.push(Array.isArray(valueAt(root, at)) ? Number(key) : key);
  }
  return at;
}

function valueAt(root: unknown, at: ValuePath): unknown {
  return at.reduce<unknown>(
    (value, key) => (value as Record<string | number, unknown> | undefined)?.[key],
    root,
  );
}

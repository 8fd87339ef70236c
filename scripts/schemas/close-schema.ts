/** A JSON Schema or OpenAPI schema object, as data. */
export type Schema = { [keyword: string]: unknown };

/** Keywords that constrain a value. Prose, defaults and list strategies are left behind. */
const KEPT = [
  '$ref',
  'type',
  'enum',
  'required',
  'pattern',
  'minimum',
  'maximum',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'minProperties',
  'maxProperties',
] as const;

const INT32 = { minimum: -(2 ** 31), maximum: 2 ** 31 - 1 };

/**
 * Keeps what constrains a value and refuses every property that the schema does not name.
 * Neither Kubernetes' nor Istio's published schemas do: `retrys:` passes them.
 * Objects that Kubernetes declares free (`x-kubernetes-preserve-unknown-fields`) stay open.
 */
export function closeSchema(schema: Schema): Schema {
  return transform(schema, true);
}

/** Branches of a combinator see the same object as their parent, so only the parent is closed. */
function transform(schema: Schema, closing: boolean): Schema {
  const only = onlyBranch(schema);
  if (only !== undefined) return transform(only, closing);
  const out: Schema = {};
  for (const keyword of KEPT) {
    if (schema[keyword] !== undefined) out[keyword] = schema[keyword];
  }
  if (schema['x-kubernetes-int-or-string'] === true) out['type'] ??= ['integer', 'string'];
  if (schema['format'] === 'int32') Object.assign(out, { ...INT32, ...out });
  if (typeof out['$ref'] === 'string') out['$ref'] = definitionRef(out['$ref']);
  if (schema['nullable'] === true) Object.assign(out, nullable(out));
  for (const keyword of ['oneOf', 'anyOf', 'allOf'] as const) {
    const branches = schema[keyword];
    if (Array.isArray(branches)) {
      out[keyword] = (branches as Schema[]).map((branch) =>
        withDefaults(transform(branch, false), branch, schema),
      );
    }
  }
  if (isSchema(schema['not'])) out['not'] = transform(schema['not'], false);
  if (isSchema(schema['items'])) out['items'] = transform(schema['items'], true);
  if (isSchema(schema['additionalProperties'])) {
    out['additionalProperties'] = transform(schema['additionalProperties'], true);
  }
  if (isSchema(schema['properties'])) {
    out['properties'] = Object.fromEntries(
      Object.entries(schema['properties']).map(([key, value]) => [
        key,
        transform(value as Schema, true),
      ]),
    );
    if (closing && schema['x-kubernetes-preserve-unknown-fields'] !== true) {
      out['additionalProperties'] ??= false;
    }
  }
  return out;
}

/**
 * The API server fills in defaults before it validates: a branch that the default of a property does not fit is not met
 * by an object without the property.
 */
function withDefaults(out: Schema, branch: Schema, parent: Schema): Schema {
  const own = isSchema(parent['properties']) ? parent['properties'] : {};
  const asked = isSchema(branch['properties']) ? Object.entries(branch['properties']) : [];
  const missed = asked.flatMap(([key, value]) => {
    const property = own[key];
    const fallback = isSchema(property) ? property['default'] : undefined;
    return fallback !== undefined && isSchema(value) && excludes(value, fallback) ? [key] : [];
  });
  const required = Array.isArray(out['required']) ? (out['required'] as string[]) : [];
  return missed.length === 0 ? out : { ...out, required: [...new Set([...required, ...missed])] };
}

function excludes(schema: Schema, value: unknown): boolean {
  const { enum: allowed, not } = schema;
  if (Array.isArray(allowed) && !allowed.includes(value)) return true;
  const refused = isSchema(not) ? not['enum'] : undefined;
  return Array.isArray(refused) && refused.includes(value);
}

/** Kubernetes wraps each reference as `allOf: [{$ref}]` to stand a description beside it. */
function onlyBranch(schema: Schema): Schema | undefined {
  const branches = schema['allOf'];
  if (!Array.isArray(branches) || branches.length !== 1) return undefined;
  const branch = branches[0] as Schema;
  return typeof branch['$ref'] === 'string' ? branch : undefined;
}

function nullable(out: Schema): Schema {
  const widened: Schema = {};
  if (typeof out['type'] === 'string') widened['type'] = [out['type'], 'null'];
  if (Array.isArray(out['enum'])) widened['enum'] = [...(out['enum'] as unknown[]), null];
  return widened;
}

/** `#/components/schemas/io.k8s.api.core.v1.PodSpec` gives `#/$defs/io.k8s.api.core.v1.PodSpec`. */
function definitionRef(ref: string): string {
  return ref.replace('#/components/schemas/', '#/$defs/');
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { Ajv } from 'ajv';
import standaloneCode from 'ajv/dist/standalone/index.js';
import { transformSync } from 'esbuild';

type KindSchema = {
  $defs?: Record<string, unknown>;
  /** What it was made of, as `istio.io/api@v1.31.1`. */
  readonly $comment?: string;
  readonly properties: {
    metadata: unknown;
    readonly apiVersion: { readonly const: string };
    readonly kind: { readonly const: string };
  };
};

/**
 * Compiles schemas/*.json to src/manifests/schemas/validators.js, which the bundle takes up: compiling at run
 * time would cost ten Node starts.
 */
export function compileSchemas(root: string): void {
  const source = join(root, 'schemas');
  const target = join(root, 'src', 'manifests', 'schemas');
  const schemas = readdirSync(source)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => JSON.parse(readFileSync(join(source, name), 'utf8')) as KindSchema);
  mkdirSync(target, { recursive: true });
  // Nobody reads a stack of this code, and shorter names are a fifth of what Node has to compile.
  const { code } = transformSync(validatorsModule(schemas), {
    minify: true,
    treeShaking: true,
    format: 'esm',
  });
  writeFileSync(join(target, 'validators.js'), code);
}

/** An ES module that exports a validator for each `<apiVersion>/<kind>`. */
function validatorsModule(schemas: readonly KindSchema[]): string {
  const ajv = new Ajv({
    allErrors: true,
    // Messages are ours: Ajv's would be half of the code.
    messages: false,
    strictTypes: false,
    strictRequired: false,
    inlineRefs: false,
    code: { source: true, esm: true, optimize: 2 },
  });
  const names: Record<string, string> = {};
  const metadata = new Map<string, string>();
  const fields = schemas.map((schema) => JSON.stringify([...fieldNames(schema)].sort().join(' ')));
  shareDefinitions(schemas, ajv);
  schemas.forEach((schema, index) => {
    shareMetadata(schema, metadata, ajv);
    ajv.addSchema(schema, `schema${index}`);
    names[`kind${index}`] = `schema${index}`;
  });
  const ids = schemas.map(({ properties: { apiVersion, kind } }) =>
    JSON.stringify(`${apiVersion.const}/${kind.const}`),
  );
  return [
    PROBLEM,
    withUsedParts(withProblemCalls(withoutRequire(standaloneCode.default(ajv, names)))),
    'export const validators = new Map([',
    ...ids.map((id, index) => `  [${id}, kind${index}],`),
    ']);',
    'export const fieldNames = new Map([',
    ...ids.map((id, index) => `  [${id}, ${fields[index] ?? '""'}],`),
    ']);',
    'export const origins = new Map([',
    ...ids.map((id, index) => `  [${id}, ${JSON.stringify(schemas[index]?.$comment ?? '')}],`),
    ']);',
    '',
  ].join('\n');
}

/** Every field name anywhere in a kind: what a misspelt one may have meant. */
function fieldNames(schema: unknown, found = new Set<string>()): Set<string> {
  if (typeof schema !== 'object' || schema === null) return found;
  for (const [keyword, value] of Object.entries(schema)) {
    if (keyword === 'properties') for (const name of Object.keys(value as object)) found.add(name);
    fieldNames(value, found);
  }
  return found;
}

/** Every kind has the same metadata: one validator of it instead of fifteen. */
function shareMetadata(schema: KindSchema, known: Map<string, string>, ajv: Ajv): void {
  const text = JSON.stringify(schema.properties.metadata);
  const id = known.get(text) ?? `metadata${known.size}`;
  if (!known.has(text)) ajv.addSchema(schema.properties.metadata as object, id);
  known.set(text, id);
  schema.properties.metadata = { $ref: id };
}

/** Definitions of Kubernetes have one name in all schemas: one validator of a pod's template instead of six. */
function shareDefinitions(schemas: readonly KindSchema[], ajv: Ajv): void {
  const known = new Map<string, string>();
  for (const schema of schemas) {
    const shared = Object.keys(schema.$defs ?? {}).filter((name) => name.startsWith('io.k8s.'));
    for (const name of shared) {
      const definition = withSharedRefs(schema.$defs?.[name]) as object;
      const text = JSON.stringify(definition);
      if (known.has(name) && known.get(name) !== text)
        throw new Error(`the schemas have two definitions ${name}`);
      if (!known.has(name)) ajv.addSchema(definition, name);
      known.set(name, text);
      delete schema.$defs?.[name];
    }
    Object.assign(schema, withSharedRefs(schema));
  }
}

function withSharedRefs(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withSharedRefs);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      key === '$ref'
        ? String(inner).replace(/^#\/\$defs\/(?=io\.k8s\.)/, '')
        : withSharedRefs(inner),
    ]),
  );
}

/** Ajv asks for one function of its own, the length of a text in code points, and not as an ES module. */
function withoutRequire(code: string): string {
  const own = code.replace(
    /require\("ajv\/dist\/runtime\/ucs2length"\)\.default/g,
    '((text) => [...text].length)',
  );
  if (own.includes('require('))
    throw new Error('the validators ask for a module that is unknown here');
  return own;
}

/** Adds an error to a list that does not exist before its first one. */
const PROBLEM = `function problem(list, instancePath, keyword, params) {
  const error = { instancePath, keyword, params };
  if (list === null) return [error];
  list.push(error);
  return list;
}`;

/**
 * Ajv writes out how each error is added, which is half of its code: here each is a call. An error within
 * a branch of a choice is counted without words; the choice itself is reported.
 */
function withProblemCalls(code: string): string {
  const add = String.raw`\};if\(vErrors === null\)\{vErrors = \[\1\];\}else \{vErrors\.push\(\1\);\}`;
  const fields = String.raw`instancePath(?::(.*?))?,schemaPath:(.*?),keyword:(.*?),params:(\{.*?\})`;
  const own = code
    .replace(new RegExp(`const (err\\d+) = \\{${add}`, 'g'), 'vErrors = problem(vErrors);')
    .replace(
      new RegExp(`const (err\\d+) = \\{${fields}${add}`, 'g'),
      (...[, , path = 'instancePath', where = '', keyword, params]: string[]) =>
        /\/(?:oneOf|anyOf)\/\d+\//.test(where)
          ? 'vErrors = problem(vErrors);'
          : `vErrors = problem(vErrors,${path},${keyword},${params});`,
    );
  if (/\berr\d+\b/.test(own)) throw new Error('Ajv adds an error in a way that is unknown here');
  return own;
}

/** Ajv keeps every schema whole, and of most uses the names of a few fields: these alone. */
function withUsedParts(code: string): string {
  const schemas = new Map(
    [...code.matchAll(/const (schema\d+) = (\{.*?\});(?=const |function |export |$)/gm)].map(
      ([, name = '', text = '']) => [name, JSON.parse(text) as unknown],
    ),
  );
  const parts = new Map<string, string>();
  const own = code.replace(
    /\b(schema\d+)((?:\.[\w$]+|\["[^"]*"\])+)/g,
    (use, name: string, path: string) => {
      const part = partOf(schemas.get(name), path);
      if (part === undefined) throw new Error(`the validators use ${use}, which no schema has`);
      const isFields = path.endsWith('.properties');
      const text = JSON.stringify(
        isFields ? Object.fromEntries(Object.keys(part).map((field) => [field, 1])) : part,
      );
      parts.set(text, parts.get(text) ?? `part${parts.size}`);
      return parts.get(text) ?? '';
    },
  );
  return [...[...parts].map(([text, name]) => `const ${name} = ${text};`), own].join('\n');
}

function partOf(schema: unknown, path: string): object | undefined {
  const names = [...path.matchAll(/\.([\w$]+)|\["([^"]*)"\]/g)].map(([, a, b]) => a ?? b ?? '');
  return names.reduce<unknown>(
    (value, name) => (value as Record<string, unknown> | undefined)?.[name],
    schema,
  ) as object | undefined;
}

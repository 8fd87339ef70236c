import { closeSchema, type Schema } from './close-schema.js';

/** The part of Kubernetes' OpenAPI v3 documents that is used here. */
export type OpenApi = {
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
};

type GroupVersionKind = { readonly group: string; readonly version: string; readonly kind: string };

/** Kubernetes' schema takes any text; this is what resource.ParseQuantity takes (apimachinery, quantity.go). */
const QUANTITY = {
  type: ['string', 'number'],
  pattern: '^[+-]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([eE][+-]?[0-9]+|[numkMGTPE]|[KMGTPE]i)?$',
};
/** What a cluster writes into an object that `kubectl get` printed; nobody applies it. */
export const REPORTED: Schema = { type: 'object' };
const QUANTITY_NAME = 'io.k8s.apimachinery.pkg.api.resource.Quantity';
const OBJECT_META_NAME = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';

/** One closed schema, with the definitions that it reaches, for each wanted `<group>/<version>/<kind>`. */
export function kubernetesSchemas(
  documents: readonly OpenApi[],
  wanted: readonly string[],
): Map<string, Schema> {
  const all = closeAll(documents);
  const objectMeta = objectMetaSchema(documents);
  const schemas = new Map<string, Schema>();
  for (const { components } of documents) {
    for (const [name, source] of Object.entries(components.schemas)) {
      for (const { group, version, kind } of groupVersionKinds(source)) {
        const id = `${group}/${version}/${kind}`;
        if (!wanted.includes(id)) continue;
        const root = all.get(name) as Schema & { properties: Schema };
        const schema = {
          ...root,
          required: ['apiVersion', 'kind', 'metadata'],
          properties: {
            ...root.properties,
            apiVersion: { const: group === '' ? version : `${group}/${version}` },
            kind: { const: kind },
            metadata: objectMeta,
            ...('status' in root.properties && { status: REPORTED }),
          },
        };
        schemas.set(id, { ...schema, $defs: reachable(schema, all) });
      }
    }
  }
  return schemas;
}

/** metadata of any object, as one schema without references. */
export function objectMetaSchema(documents: readonly OpenApi[]): Schema {
  const all = closeAll(documents);
  const { properties, ...rest } = all.get(OBJECT_META_NAME) as Schema & { properties: Schema };
  const known = { ...properties, managedFields: { type: 'array' } };
  return inline({ ...rest, properties: known }, all) as Schema;
}

function closeAll(documents: readonly OpenApi[]): Map<string, Schema> {
  const entries = documents.flatMap(({ components }) => Object.entries(components.schemas));
  const all = new Map(entries.map(([name, schema]) => [name, closeSchema(schema)]));
  all.set(QUANTITY_NAME, QUANTITY);
  return all;
}

function groupVersionKinds(schema: Schema): readonly GroupVersionKind[] {
  return (schema['x-kubernetes-group-version-kind'] as GroupVersionKind[] | undefined) ?? [];
}

function reachable(root: Schema, all: ReadonlyMap<string, Schema>): Schema {
  const found = new Map<string, Schema>();
  const visit = (value: unknown): void => {
    for (const name of referencesIn(value)) {
      const definition = all.get(name);
      if (definition === undefined) throw new Error(`no definition "${name}"`);
      if (found.has(name)) continue;
      found.set(name, definition);
      visit(definition);
    }
  };
  visit(root);
  return Object.fromEntries([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function referencesIn(value: unknown): string[] {
  return [...JSON.stringify(value).matchAll(/"#\/\$defs\/([^"]+)"/g)].map(([, name = '']) => name);
}

function inline(value: unknown, all: ReadonlyMap<string, Schema>): unknown {
  if (Array.isArray(value)) return value.map((item) => inline(item, all));
  if (typeof value !== 'object' || value === null) return value;
  const ref = (value as Schema)['$ref'];
  if (typeof ref === 'string') return inline(all.get(ref.replace('#/$defs/', '')), all);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, inline(item, all)]));
}

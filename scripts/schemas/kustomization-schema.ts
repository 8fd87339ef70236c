import type { Schema } from './close-schema.js';

const text: Schema = { type: 'string' };
const texts: Schema = { type: 'array', items: text };
const textMap: Schema = { type: 'object', additionalProperties: text };
const closed = (properties: Schema, required: string[] = []): Schema => ({
  type: 'object',
  properties,
  ...(required.length > 0 && { required }),
  additionalProperties: false,
});

/** Which objects a patch or a replacement means (kustomize api/types/selector.go). */
const selector = {
  group: text,
  version: text,
  kind: text,
  name: text,
  namespace: text,
  labelSelector: text,
  annotationSelector: text,
};
const options = {
  disableNameSuffixHash: { type: 'boolean' },
  immutable: { type: 'boolean' },
  labels: textMap,
  annotations: textMap,
};
const generator = {
  name: text,
  namespace: text,
  behavior: { enum: ['create', 'merge', 'replace'] },
  files: texts,
  literals: texts,
  envs: texts,
  env: text,
  options: closed(options),
};

/**
 * A kustomization.yaml without the fields that kustomize 5 calls deprecated and without plugins.
 * kustomize publishes no schema; this follows api/types/kustomization.go of v5.8.
 */
export const kustomizationSchema: Schema = closed(
  {
    apiVersion: { const: 'kustomize.config.k8s.io/v1beta1' },
    kind: { const: 'Kustomization' },
    metadata: closed({ name: text, namespace: text, labels: textMap, annotations: textMap }),
    resources: texts,
    components: texts,
    crds: texts,
    configurations: texts,
    openapi: textMap,
    namespace: text,
    namePrefix: text,
    nameSuffix: text,
    labels: {
      type: 'array',
      items: closed(
        {
          pairs: textMap,
          includeSelectors: { type: 'boolean' },
          includeTemplates: { type: 'boolean' },
        },
        ['pairs'],
      ),
    },
    commonAnnotations: textMap,
    patches: {
      type: 'array',
      items: closed({
        path: text,
        patch: text,
        target: closed(selector),
        options: { type: 'object', additionalProperties: { type: 'boolean' } },
      }),
    },
    images: {
      type: 'array',
      items: closed({ name: text, newName: text, newTag: text, digest: text, tagSuffix: text }, [
        'name',
      ]),
    },
    replicas: {
      type: 'array',
      items: closed({ name: text, count: { type: 'integer', minimum: 0 } }, ['name', 'count']),
    },
    configMapGenerator: { type: 'array', items: closed(generator) },
    secretGenerator: { type: 'array', items: closed({ ...generator, type: text }) },
    generatorOptions: closed(options),
    replacements: { type: 'array', items: { type: 'object' } },
    sortOptions: closed({
      order: { enum: ['legacy', 'fifo'] },
      legacySortOptions: { type: 'object' },
    }),
    buildMetadata: texts,
  },
  ['apiVersion', 'kind'],
);

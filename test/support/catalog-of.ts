import { emitters } from '../../src/meshes/found/emitters.js';
import { kindFacts } from '../../src/meshes/kind-facts.js';
import type { Catalog } from '../../src/model/catalog.js';
import { capabilitySchema, templateSchema } from '../../src/model/manifest.js';
import { parseTemplates } from '../../src/stages/parse-template.js';

type Folder = {
  readonly capability?: Record<string, unknown>;
  readonly files?: Readonly<Record<string, string>>;
};

/**
 * A catalog from data: one language, `plain`, with the given skeleton, and capabilities by id.
 * What a manifest must have and a test does not care about is filled in.
 */
export function catalogOf(
  capabilities: Readonly<Record<string, Folder>>,
  skeleton: {
    readonly manifest?: Record<string, unknown>;
    readonly files?: Readonly<Record<string, string>>;
  } = {},
): Catalog {
  const sources = new Map<string, string>();
  const language = templateSchema.parse({
    language: 'plain',
    title: 'Plain',
    module: { pattern: '^[a-z./-]+$', doc: 'a plain module', default: 'example.com/{name}' },
    files: [],
    ...skeleton.manifest,
  });
  for (const [path, source] of Object.entries(skeleton.files ?? {})) {
    sources.set(`plain/${path}`, source);
  }
  language.slots.forEach(({ text }, index) => sources.set(`plain#${index}`, text ?? ''));

  const manifests = Object.entries(capabilities).map(([id, { capability, files }], index) => {
    const manifest = capabilitySchema.parse({
      id,
      title: id,
      summary: `${id}.`,
      order: index,
      ...capability,
    });
    for (const [path, source] of Object.entries(files ?? {})) sources.set(`${id}/${path}`, source);
    manifest.slots.forEach(({ text }, position) => sources.set(`${id}#${position}`, text ?? ''));
    return manifest;
  });
  return {
    version: '1.2.3',
    capabilities: manifests,
    languages: [language],
    templates: parseTemplates(sources),
    recorded: {},
    identifiers: {},
    kinds: kindFacts,
    meshes: emitters,
  };
}

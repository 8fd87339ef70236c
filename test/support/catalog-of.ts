import Handlebars from 'handlebars';

import type { Catalog, TemplateFunction } from '../../src/model/catalog.js';
import { capabilitySchema, templateSchema } from '../../src/model/manifest.js';
import { compileOptions } from '../../src/stages/compile-options.js';
import { helpers } from '../../src/stages/quoting.js';

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
  const handlebars = Handlebars.create();
  handlebars.registerHelper(helpers);
  const templates = new Map<string, TemplateFunction>();
  const compile = (key: string, source: string): void => {
    templates.set(key, handlebars.compile(source, compileOptions) as unknown as TemplateFunction);
  };
  const language = templateSchema.parse({
    language: 'plain',
    title: 'Plain',
    module: { pattern: '^[a-z./-]+$', doc: 'a plain module', default: 'example.com/{name}' },
    files: [],
    ...skeleton.manifest,
  });
  for (const [path, source] of Object.entries(skeleton.files ?? {})) {
    compile(`plain/${path}`, source);
  }
  language.slots.forEach(({ text }, index) => compile(`plain#${index}`, text ?? ''));

  const manifests = Object.entries(capabilities).map(([id, { capability, files }], index) => {
    const manifest = capabilitySchema.parse({
      id,
      title: id,
      summary: `${id}.`,
      order: index,
      ...capability,
    });
    for (const [path, source] of Object.entries(files ?? {})) compile(`${id}/${path}`, source);
    manifest.slots.forEach(({ text }, position) => compile(`${id}#${position}`, text ?? ''));
    return manifest;
  });
  return {
    version: '1.2.3',
    capabilities: manifests,
    languages: [language],
    templates,
    recorded: {},
    identifiers: {},
  };
}

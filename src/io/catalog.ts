import { readdirSync, readFileSync, existsSync } from 'node:fs';
import { basename, join } from 'node:path';

import { parse } from 'yaml';
import type { z } from 'zod';

import type { Catalog } from '../model/catalog.js';
import { ToolError, exitCodes } from '../model/errors.js';
import {
  capabilitySchema,
  templateSchema,
  type CapabilityManifest,
  type Contribution,
  type FileDeclaration,
  type TemplateManifest,
} from '../model/manifest.js';
import { languagePartSchema, misplacedPart, withLanguageParts } from '../model/language-part.js';
import { recordedListsSchema, type RecordedLists } from '../model/recorded.js';
import { emitters } from '../meshes/found/emitters.js';
import { kindFacts } from '../meshes/kind-facts.js';
import { checkConditions } from '../stages/check-conditions.js';
import { findIdentifiers } from '../stages/find-identifiers.js';
import { parseTemplates } from '../stages/parse-template.js';

/** Everything that folders declare, with the sources of templates instead of functions. */
export type CatalogSource = {
  readonly version: string;
  readonly capabilities: readonly CapabilityManifest[];
  readonly languages: readonly TemplateManifest[];
  /** Template key to Handlebars source. */
  readonly sources: ReadonlyMap<string, string>;
  readonly recorded: Readonly<Record<string, RecordedLists>>;
  readonly identifiers: Catalog['identifiers'];
  readonly kinds: Catalog['kinds'];
};

/**
 * Reads `capabilities/*` and `templates/*` below a folder.
 *
 * @throws ToolError `invalid-manifest` (exit 70): the folders are part of this package
 */
export function readCatalogSource(root: string): CatalogSource {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    version: string;
  };
  const sources = new Map<string, string>();
  const recorded: Record<string, RecordedLists> = {};

  const languages = foldersWith(join(root, 'templates'), 'template.yaml').map((folder) => {
    const manifest = readManifest(join(folder, 'template.yaml'), templateSchema);
    addSources(sources, {
      folder,
      key: manifest.language,
      files: manifest.files,
      slots: manifest.slots,
    });
    const lists = join(folder, 'recorded.json');
    if (existsSync(lists)) {
      recorded[manifest.language] = recordedListsSchema.parse(
        JSON.parse(readFileSync(lists, 'utf8')),
      );
    }
    return manifest;
  });
  const capabilities = foldersWith(join(root, 'capabilities'), 'capability.yaml').map((folder) => {
    const manifest = readCapability(
      folder,
      languages.map(({ language }) => language),
    );
    addSources(sources, { folder, key: manifest.id, files: manifest.files, slots: manifest.slots });
    return manifest;
  });
  const [fault] = checkConditions({ capabilities, languages });
  if (fault !== undefined) throw invalidManifest(fault.owner, fault.message);
  const identifiers = Object.fromEntries(
    languages.map((manifest) => [manifest.language, findIdentifiers(manifest, sources)]),
  );
  return {
    version,
    capabilities,
    languages,
    sources,
    recorded,
    identifiers,
    kinds: kindFacts,
  };
}

/** Parses templates at run time, as packs and tests need it; the package ships them parsed. */
export function readCatalog(root: string): Catalog {
  const { sources, ...rest } = readCatalogSource(root);
  return { ...rest, meshes: emitters, templates: parseTemplates(sources) };
}

/** `capability.yaml` with `<language>/files.yaml` of every language that has a folder in it. */
function readCapability(folder: string, languages: readonly string[]): CapabilityManifest {
  const path = join(folder, 'capability.yaml');
  const manifest = readManifest(path, capabilitySchema);
  const misplaced = misplacedPart(manifest, languages);
  if (misplaced !== undefined) {
    const { language, what } = misplaced;
    throw invalidManifest(path, `${what} belongs in ${join(folder, language, 'files.yaml')}`);
  }
  const parts = foldersWith(folder, 'files.yaml').map((part) => {
    const list = join(part, 'files.yaml');
    const language = basename(part);
    if (languages.includes(language))
      return [language, readManifest(list, languagePartSchema)] as const;
    throw invalidManifest(list, `"${language}" is none of ${languages.join(', ')}`);
  });
  return withLanguageParts(manifest, new Map(parts));
}

function foldersWith(parent: string, manifest: string): string[] {
  return readdirSync(parent, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(parent, entry.name, manifest)))
    .map((entry) => join(parent, entry.name))
    .sort();
}

function readManifest<T extends z.ZodType>(path: string, schema: T): z.infer<T> {
  const parsed = schema.safeParse(parse(readFileSync(path, 'utf8')));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const what = `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'invalid'}`;
  throw invalidManifest(path, what, parsed.error);
}

function invalidManifest(where: string, what: string, cause?: unknown): ToolError {
  return new ToolError({
    code: 'invalid-manifest',
    exitCode: exitCodes.bug,
    message: `${where}: ${what}`,
    cause,
  });
}

function addSources(
  sources: Map<string, string>,
  {
    folder,
    key,
    files,
    slots,
  }: {
    folder: string;
    key: string;
    files: readonly FileDeclaration[];
    slots: readonly Contribution[];
  },
): void {
  for (const { template } of files) {
    sources.set(`${key}/${template}`, readFileSync(join(folder, template), 'utf8'));
  }
  slots.forEach(({ text, template }, index) => {
    if (template === undefined) sources.set(`${key}#${index}`, text ?? '');
    else sources.set(`${key}/${template}`, readFileSync(join(folder, template), 'utf8'));
  });
}

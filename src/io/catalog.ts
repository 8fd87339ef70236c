import { readdirSync, readFileSync, existsSync } from 'node:fs';
import { basename, join } from 'node:path';

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
import {
  meshPartSchema,
  misplacedMeshPart,
  offerMeshes,
  repeatedSetting,
  withMeshParts,
  type MeshPart,
} from '../model/mesh-part.js';
import { recordedListsSchema, type RecordedLists } from '../model/recorded.js';
import { emitters } from '../meshes/found/emitters.js';
import { kindFacts } from '../meshes/kind-facts.js';
import { checkConditions } from '../stages/check-conditions.js';
import { findIdentifiers } from '../stages/find-identifiers.js';
import { readData } from '../stages/parse-yaml.js';
import { parseTemplates } from '../stages/parse-template.js';

/** Ids of the meshes that services can be generated for. */
const meshes = emitters.map(({ id }) => id);

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
  const [fault] = checkConditions({ capabilities, languages, meshes: emitters });
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

/** `capability.yaml` with `files.yaml` of every language and every mesh that has a folder in it. */
function readCapability(folder: string, languages: readonly string[]): CapabilityManifest {
  const path = join(folder, 'capability.yaml');
  const manifest = readManifest(path, capabilitySchema, (document) =>
    offerMeshes(document, meshes),
  );
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
  return withMeshParts(
    withLanguageParts(manifest, new Map(parts)),
    readMeshParts(folder, manifest),
  );
}

/** `deploy/<mesh>/files.yaml`, by mesh. */
function readMeshParts(
  folder: string,
  manifest: CapabilityManifest,
): ReadonlyMap<string, MeshPart> {
  const deploy = join(folder, 'deploy');
  const misplaced = misplacedMeshPart(manifest, meshes);
  if (misplaced !== undefined) {
    const { mesh, what } = misplaced;
    throw invalidManifest(
      join(folder, 'capability.yaml'),
      `${what} belongs in ${join(deploy, mesh, 'files.yaml')}`,
    );
  }
  const parts = existsSync(deploy) ? foldersWith(deploy, 'files.yaml') : [];
  const byMesh = new Map(
    parts.map((part) => {
      const list = join(part, 'files.yaml');
      const mesh = basename(part);
      if (meshes.includes(mesh)) return [mesh, readManifest(list, meshPartSchema)];
      throw invalidManifest(list, `"${mesh}" is none of ${meshes.join(', ')}`);
    }),
  );
  const repeated = repeatedSetting(manifest, byMesh);
  if (repeated === undefined) return byMesh;
  throw invalidManifest(deploy, `the setting ${repeated} is declared twice`);
}

function foldersWith(parent: string, manifest: string): string[] {
  return readdirSync(parent, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(parent, entry.name, manifest)))
    .map((entry) => join(parent, entry.name))
    .sort();
}

function readManifest<T extends z.ZodType>(
  path: string,
  schema: T,
  prepare = (document: unknown) => document,
): z.infer<T> {
  const parsed = schema.safeParse(prepare(readData(readFileSync(path, 'utf8'), path)));
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

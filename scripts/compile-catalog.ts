import { join } from 'node:path';

import { readCatalogSource } from '../src/io/catalog.js';
import { parseTemplate } from '../src/stages/parse-template.js';
import type { Template } from '../src/stages/template.js';

/** What stands in the package for src/io/builtin.ts and for the folders that it reads. */
export type CompiledCatalog = {
  /** Source of the module; it expects the files in `../catalog/`. */
  readonly module: string;
  /** Name to contents: parsed templates and recorded lists, apart by language. */
  readonly files: ReadonlyMap<string, string>;
};

/**
 * Validates manifests and parses templates. Those of a language stand in a file of their own,
 * which only a service in that language loads.
 */
export function compileCatalog(root: string): CompiledCatalog {
  const { sources, recorded, ...data } = readCatalogSource(root);
  const languages = data.languages.map(({ language }) => language);
  const groups: Record<string, Record<string, Template>> = {};
  for (const [key, source] of sources) {
    (groups[groupOf(key, languages)] ??= {})[key] = parseTemplate(source);
  }
  const files = new Map(
    Object.entries(groups).map(([group, templates]) => [
      `${group}.json`,
      JSON.stringify(templates),
    ]),
  );
  const keys = Object.fromEntries(
    Object.entries(groups).map(([group, templates]) => [group, Object.keys(templates)]),
  );
  for (const [language, lists] of Object.entries(recorded)) {
    files.set(`${language}.recorded.json`, JSON.stringify(lists));
  }
  return { module: writeModule(root, { data, keys, recorded: Object.keys(recorded) }), files };
}

/** `<language>/…` and `<capability>/<language>/…` belong to the language, everything else to all. */
function groupOf(key: string, languages: readonly string[]): string {
  const [first = '', second = ''] = key.split('/');
  return [first, second].find((folder) => languages.includes(folder)) ?? 'shared';
}

function writeModule(
  root: string,
  { data, keys, recorded }: { data: object; keys: object; recorded: readonly string[] },
): string {
  return [
    `import { readFileSync } from 'node:fs';`,
    `import { join } from 'node:path';`,
    `import { emitters } from ${JSON.stringify(join(root, 'src/meshes/found/emitters.js'))};`,
    `import { templateFunction } from ${JSON.stringify(join(root, 'src/stages/template.ts'))};`,
    ``,
    `const files = {};`,
    `const load = (name) =>`,
    `  (files[name] ??= JSON.parse(readFileSync(join(import.meta.dirname, '../catalog', name), 'utf8')));`,
    ``,
    `export function loadBuiltinCatalog() {`,
    `  const groups = Object.entries(${JSON.stringify(keys)});`,
    `  return {`,
    `    ...JSON.parse(${JSON.stringify(JSON.stringify(data))}),`,
    `    meshes: emitters,`,
    `    templates: new Map(groups.flatMap(([group, keys]) =>`,
    `      keys.map((key) => [key, templateFunction(() => load(group + '.json')[key])]))),`,
    `    recorded: {`,
    ...recorded.map(
      (language) => `      get ${language}() { return load('${language}.recorded.json'); },`,
    ),
    `    },`,
    `  };`,
    `}`,
    ``,
  ].join('\n');
}

import { join } from 'node:path';

import Handlebars from 'handlebars';

import { readCatalogSource } from '../src/io/catalog.js';
import { compileOptions } from '../src/stages/compile-options.js';

/** What stands in the package for src/io/builtin.ts and for the folders that it reads. */
export type CompiledCatalog = {
  /** Source of the module; it expects the files in `../catalog/`. */
  readonly module: string;
  /** Name to contents: precompiled templates and recorded lists, apart by language. */
  readonly files: ReadonlyMap<string, string>;
};

/**
 * Validates manifests and precompiles templates. Those of a language stand in a file of their own,
 * which only a service in that language loads.
 */
export function compileCatalog(root: string): CompiledCatalog {
  const { sources, recorded, ...data } = readCatalogSource(root);
  const languages = data.languages.map(({ language }) => language);
  const files = new Map<string, string>();
  const keys: Record<string, string[]> = {};
  for (const [key, source] of sources) {
    const group = groupOf(key, languages);
    const spec = Handlebars.precompile(source, compileOptions) as string;
    const before = files.get(`${group}.cjs`) ?? '';
    files.set(`${group}.cjs`, `${before}exports[${JSON.stringify(key)}] = ${spec};\n`);
    (keys[group] ??= []).push(key);
  }
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
    `import { createRequire } from 'node:module';`,
    `import Handlebars from 'handlebars/runtime.js';`,
    `import { helpers } from ${JSON.stringify(join(root, 'src/stages/quoting.ts'))};`,
    ``,
    `const load = createRequire(import.meta.url);`,
    `const handlebars = Handlebars.create();`,
    `handlebars.registerHelper(helpers);`,
    ``,
    `const lazily = (group, key) => {`,
    `  let template;`,
    `  return (context, options) =>`,
    `    (template ??= handlebars.template(load('../catalog/' + group + '.cjs')[key]))(context, options);`,
    `};`,
    ``,
    `export function loadBuiltinCatalog() {`,
    `  const groups = Object.entries(${JSON.stringify(keys)});`,
    `  return {`,
    `    ...JSON.parse(${JSON.stringify(JSON.stringify(data))}),`,
    `    templates: new Map(groups.flatMap(([group, keys]) => keys.map((key) => [key, lazily(group, key)]))),`,
    `    recorded: {`,
    ...recorded.map(
      (language) =>
        `      get ${language}() { return load('../catalog/${language}.recorded.json'); },`,
    ),
    `    },`,
    `  };`,
    `}`,
    ``,
  ].join('\n');
}

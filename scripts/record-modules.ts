import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { compare } from 'semver';

import { readCatalog } from '../src/io/catalog.js';
import type { Catalog } from '../src/model/catalog.js';
import type { Tree } from '../src/model/tree.js';
import { condense, featureSets, renderFor, serialize } from './record-lists.js';

const service = { language: 'go', module: 'example.com/recorded' };

/**
 * Records templates/go/recorded.json: which module and checksum lines `go mod tidy` writes for each set
 * of features. Run it after a change of dependencies or imports: `npm run record`.
 */
export function main(): void {
  const root = process.cwd();
  const catalog = readCatalog(root);
  const target = join(root, 'templates/go/recorded.json');
  const sets = featureSets(catalog, 'go');
  const largest = sets.reduce((a, b) => (a.length >= b.length ? a : b));
  const closure = tidy(renderFor(largest, catalog, service), directModules(catalog));
  const results = sets.map((features) => ({
    features,
    lists: splitLists(tidy(renderFor(features, catalog, service), closure.requirements)),
  }));
  const recorded = Object.fromEntries(
    ['direct', 'indirect', 'sums'].map((name) => [
      name,
      condense(
        results.map(({ features, lists }) => ({ features, lines: lists[name] ?? [] })),
        byModule,
      ),
    ]),
  );
  writeFileSync(target, serialize(recorded));
  console.log(
    `${target}: ${Object.entries(recorded)
      .map(([name, lines]) => `${lines.length} ${name}`)
      .join(', ')} from ${sets.length} sets`,
  );
}

function directModules(catalog: Catalog): string[] {
  const language = catalog.languages.find((template) => template.language === 'go');
  const all = [
    language?.dependencies ?? {},
    ...catalog.capabilities.map(({ dependencies }) => dependencies['go'] ?? {}),
  ];
  return all.flatMap((modules) =>
    Object.entries(modules).map(([path, version]) => `${path} ${version}`),
  );
}

type Tidied = { readonly mod: string; readonly sum: string; readonly requirements: string[] };

/** `go mod tidy` on a tree whose go.mod starts with the given requirements. */
function tidy(tree: Tree, requirements: readonly string[]): Tidied {
  const folder = mkdtempSync(join(tmpdir(), 'record-modules-'));
  try {
    for (const [path, { text }] of tree) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const head = /^[\s\S]*?\ngo \d+[^\n]*\n/.exec(tree.get('go.mod')?.text ?? '')?.[0] ?? '';
    const tools = /^tool \([^)]*\)\n/m.exec(tree.get('go.mod')?.text ?? '')?.[0] ?? '';
    writeFileSync(
      join(folder, 'go.mod'),
      `${head}\nrequire (\n${requirements.join('\n')}\n)\n\n${tools}`,
    );
    rmSync(join(folder, 'go.sum'), { force: true });
    execFileSync('go', ['mod', 'tidy'], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
    const mod = readFileSync(join(folder, 'go.mod'), 'utf8');
    const sums = join(folder, 'go.sum');
    const sum = existsSync(sums) ? readFileSync(sums, 'utf8') : '';
    return {
      mod,
      sum,
      requirements: moduleLines(mod).map((line) => line.replace(' // indirect', '')),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function moduleLines(mod: string): string[] {
  return mod
    .split('\n')
    .map((line) => line.replace(/^require /, '').trim())
    .filter((line) => /^\S+ v\d/.test(line));
}

function splitLists({ mod, sum }: Tidied): Record<string, string[]> {
  const lines = moduleLines(mod);
  return {
    direct: lines.filter((line) => !line.endsWith('// indirect')),
    indirect: lines.filter((line) => line.endsWith('// indirect')),
    sums: sum.split('\n').filter((line) => line !== ''),
  };
}

/** Go's own order: by module path, then by version, a module's own sum before that of its go.mod. */
function byModule(a: string, b: string): number {
  const [pathA = '', versionA = ''] = a.split(/ |\/go\.mod /);
  const [pathB = '', versionB = ''] = b.split(/ |\/go\.mod /);
  if (pathA !== pathB) return pathA < pathB ? -1 : 1;
  return compare(versionA, versionB) || (a < b ? -1 : 1);
}

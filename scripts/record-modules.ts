import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { compare } from 'semver';

import { readCatalog } from '../src/io/catalog.js';
import type { Catalog } from '../src/model/catalog.js';
import type { RecordedLists } from '../src/model/recorded.js';
import type { RawRequest } from '../src/model/request.js';
import type { Tree } from '../src/model/tree.js';
import { plan } from '../src/stages/plan.js';
import { render } from '../src/stages/render.js';
import { resolve } from '../src/stages/resolve.js';

/**
 * Records templates/go/recorded.json: which module and checksum lines `go mod tidy` writes for each set
 * of features. Run it after a change of dependencies or imports: `npm run record`.
 */
export function main(): void {
  const root = process.cwd();
  const catalog = readCatalog(root);
  const target = join(root, 'templates/go/recorded.json');
  const sets = featureSets(catalog);
  const largest = sets.reduce((a, b) => (a.length >= b.length ? a : b));
  const closure = tidy(renderFor(largest, catalog), directModules(catalog));
  const results = sets.map((features) => ({
    features,
    lists: splitLists(tidy(renderFor(features, catalog), closure.requirements)),
  }));
  const recorded = Object.fromEntries(
    ['direct', 'indirect', 'sums'].map((name) => [
      name,
      condense(results.map(({ features, lists }) => ({ features, lines: lists[name] ?? [] }))),
    ]),
  );
  writeFileSync(target, serialize(recorded));
  console.log(
    `${target}: ${Object.entries(recorded)
      .map(([name, lines]) => `${lines.length} ${name}`)
      .join(', ')} from ${sets.length} sets`,
  );
}

type Features = readonly string[];

/** Every set of features that can be active together: per-upstream capabilities need an upstream. */
function featureSets(catalog: Catalog): Features[] {
  const withGo = catalog.capabilities.filter(({ files }) =>
    files.some(({ template }) => template.startsWith('go/')),
  );
  const anywhere = withGo
    .filter(({ upstreamKey }) => upstreamKey === undefined)
    .map(({ id }) => id);
  const perUpstream = withGo
    .filter(({ upstreamKey }) => upstreamKey !== undefined)
    .map(({ id }) => id);
  const called = subsets(perUpstream).map((set) => ['upstreams', ...set]);
  return subsets(anywhere).flatMap((set) => [[], ...called].map((more) => [...set, ...more]));
}

function subsets(items: readonly string[]): string[][] {
  return items.reduce<string[][]>(
    (sets, item) => [...sets, ...sets.map((set) => [...set, item])],
    [[]],
  );
}

function renderFor(features: Features, catalog: Catalog): Tree {
  const ids = features.filter((feature) => feature !== 'upstreams');
  const url = 'http://inventory.shop.svc.cluster.local:8080';
  const raw: RawRequest = {
    version: 1,
    service: { name: 'recorded', language: 'go', module: 'example.com/recorded' },
    capabilities: Object.fromEntries(ids.map((id) => [id, {}])),
    upstreams: features.includes('upstreams') ? [{ name: 'inventory', url, overrides: {} }] : [],
    environments: {},
  };
  return render(plan(resolve(raw, catalog), catalog), catalog);
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
    writeFileSync(join(folder, 'go.mod'), `${head}\nrequire (\n${requirements.join('\n')}\n)\n`);
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

type Result = { readonly features: Features; readonly lines: readonly string[] };

/** The smallest conditions that give back every result exactly. */
function condense(results: readonly Result[]): RecordedLists[string] {
  const order = [...new Set(results.flatMap(({ lines }) => lines))].sort(byModule);
  return order.map((line) => {
    const present = results
      .filter(({ lines }) => lines.includes(line))
      .map(({ features }) => features);
    const absent = results
      .filter(({ lines }) => !lines.includes(line))
      .map(({ features }) => features);
    const needs = minimal(present);
    const unless = minimal(absent.filter((set) => needs.some((need) => isSubset(need, set))));
    const wrong = present.find((set) => unless.some((not) => isSubset(not, set)));
    if (wrong !== undefined) {
      throw new Error(`no condition describes ${line}: it is there with ${wrong.join('+')}`);
    }
    return { line, needs, unless };
  });
}

function minimal(sets: readonly Features[]): string[][] {
  return sets
    .filter((set) => !sets.some((other) => other !== set && isSubset(other, set)))
    .map((set) => [...set].sort())
    .sort((a, b) => (a.join() < b.join() ? -1 : 1));
}

function isSubset(small: Features, large: Features): boolean {
  return small.every((feature) => large.includes(feature));
}

/** Go's own order: by module path, then by version, a module's own sum before that of its go.mod. */
function byModule(a: string, b: string): number {
  const [pathA = '', versionA = ''] = a.split(/ |\/go\.mod /);
  const [pathB = '', versionB = ''] = b.split(/ |\/go\.mod /);
  if (pathA !== pathB) return pathA < pathB ? -1 : 1;
  return compare(versionA, versionB) || (a < b ? -1 : 1);
}

/** One line per entry, so that a change of dependencies reads well in review. */
function serialize(recorded: RecordedLists): string {
  const lists = Object.entries(recorded).map(
    ([name, entries]) =>
      `  ${JSON.stringify(name)}: [\n${entries.map((entry) => `    ${JSON.stringify(entry)}`).join(',\n')}\n  ]`,
  );
  return `{\n${lists.join(',\n')}\n}\n`;
}

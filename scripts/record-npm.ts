import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { readCatalog } from '../src/io/catalog.js';
import type { Catalog } from '../src/model/catalog.js';
import type { Tree } from '../src/model/tree.js';
import { condense, featureSets, renderFor, serialize, type Features } from './record-lists.js';

const service = { language: 'typescript', module: 'recorded' };

/**
 * Records templates/typescript/recorded.json: which lines of package.json and package-lock.json npm writes
 * for each set of features. A service depends on what its code imports. Every lock is the largest one,
 * pruned by npm itself, so that two services never hold two versions of one package.
 * Run it after a change of dependencies or imports: `npm run record:npm`. What is recorded keeps its version;
 * `npm run record:npm -- --fresh` takes the newest of everything that nothing pins.
 */
export function main(): void {
  const root = process.cwd();
  const catalog = readCatalog(root);
  const target = join(root, 'templates/typescript/recorded.json');
  const sets = featureSets(catalog, service.language);
  const largest = sets.reduce((a, b) => (a.length >= b.length ? a : b));
  const start = process.argv.includes('--fresh') ? undefined : recordedLock(catalog);
  const full = lock(manifestFor(largest, catalog), start);
  const results = sets.map((features) => {
    const manifest = manifestFor(features, catalog);
    const { packages } = JSON.parse(lock(manifest, full)) as { packages: Record<string, unknown> };
    const installed = Object.entries(packages).filter(([path]) => path !== '');
    return {
      features,
      lists: {
        dependencies: toLines(manifest.dependencies),
        devDependencies: toLines(manifest.devDependencies),
        packages: toLines(Object.fromEntries(installed)),
      },
    };
  });
  refuseUnused(
    results.flatMap(({ lists }) => lists.dependencies),
    catalog,
  );
  const recorded = Object.fromEntries(
    (['dependencies', 'devDependencies', 'packages'] as const).map((name) => [
      name,
      condense(
        results.map(({ features, lists }) => ({ features, lines: lists[name] })),
        byKey,
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

/** A lock of all packages that are recorded, of which npm keeps the versions. */
function recordedLock({ recorded }: Catalog): string {
  const lines = recorded[service.language]?.['packages'] ?? [];
  const members = lines.map(({ line }) => line.replace(/,$/, ''));
  return `{ "name": "${service.module}", "lockfileVersion": 3, "packages": { ${members.join(',\n')} } }`;
}

type Manifest = {
  readonly name: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
};

function manifestFor(features: Features, catalog: Catalog): Manifest {
  const tree = renderFor(features, catalog, service);
  const devDependencies = declared('devDependencies', catalog);
  const all = declared('dependencies', catalog);
  const dependencies = [...importedPackages(tree)].filter((name) => !(name in devDependencies));
  const unknown = dependencies.find((name) => !(name in all));
  if (unknown !== undefined) {
    throw new Error(`${unknown} is imported with ${features.join('+')}, and declared nowhere`);
  }
  const json = JSON.parse(tree.get('package.json')?.text ?? '{}') as Record<string, unknown>;
  return {
    ...json,
    name: service.module,
    dependencies: Object.fromEntries(dependencies.sort().map((name) => [name, all[name] ?? ''])),
    devDependencies,
  };
}

function declared(
  kind: 'dependencies' | 'devDependencies',
  catalog: Catalog,
): Record<string, string> {
  const template = catalog.languages.find(({ language }) => language === service.language);
  const all = Object.assign(
    { ...template?.[kind] },
    ...catalog.capabilities.map((manifest) => manifest[kind][service.language] ?? {}),
  ) as Record<string, string>;
  return Object.fromEntries(Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Packages that the code imports, by the names under which npm installs them. */
function importedPackages(tree: Tree): Set<string> {
  const sources = [...tree].filter(([path]) => /\.[jt]s$/.test(path)).map(([, { text }]) => text);
  const specifiers = sources.flatMap((text) =>
    [
      ...text.matchAll(
        /^(?:import|export|\}) (?:.* )?from '([^'.][^']*)';|^import '([^'.][^']*)';/gm,
      ),
    ].map(([, from, bare]) => from ?? bare ?? ''),
  );
  return new Set(
    specifiers
      .filter((specifier) => !isBuiltin(specifier))
      .map((specifier) => /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier),
  );
}

function refuseUnused(lines: readonly string[], catalog: Catalog): void {
  const names = new Set(lines.map(keyOf));
  const unused = Object.keys(declared('dependencies', catalog)).find((name) => !names.has(name));
  if (unused !== undefined) throw new Error(`${unused} is declared, and imported nowhere`);
}

/** What npm locks for a manifest. Given a lock of more, it keeps the versions and takes out the rest. */
function lock(manifest: Manifest, start?: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'record-npm-'));
  try {
    writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
    if (start !== undefined) writeFileSync(join(folder, 'package-lock.json'), start);
    const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
    execFileSync(
      'npm',
      ['install', '--package-lock-only', '--omit-lockfile-registry-resolved', ...options],
      { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] },
    );
    return readFileSync(join(folder, 'package-lock.json'), 'utf8');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The members of a JSON object as lines of text, with the commas that stand between them. */
function toLines(object: Readonly<Record<string, unknown>>): string[] {
  const entries = Object.entries(object).map(
    ([key, value]) =>
      `${JSON.stringify(key)}: ${JSON.stringify(value, undefined, 2).replaceAll('\n', '\n    ')}`,
  );
  return entries.map((entry, index) => (index < entries.length - 1 ? `${entry},` : entry));
}

/** npm's order. */
function byKey(a: string, b: string): number {
  return keyOf(a).localeCompare(keyOf(b), 'en');
}

function keyOf(line: string): string {
  return /^"([^"]+)"/.exec(line)?.[1] ?? line;
}

import { readFileSync } from 'node:fs';

import semver from 'semver';
import { describe, expect, test } from 'vitest';

import { readCatalog } from '../../src/io/catalog.js';
import { allCombinations } from '../support/combinations.js';
import { renderText } from '../support/request.js';

type Package = {
  readonly name: string;
  readonly version: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly engines?: { readonly node?: string };
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly libc?: readonly string[];
  readonly optionalDependencies?: Readonly<Record<string, string>>;
};

const catalog = readCatalog(process.cwd());

/** What every combination of capabilities and upstreams installs, each different lock once. */
const locks = new Map<string, string>();
for (const { name, text } of allCombinations(catalog, 'typescript')) {
  locks.set(renderText(text, catalog).get('package-lock.json')?.text ?? '', name);
}
const combinations = [...locks].map(([lock, name]) => ({ name, packages: packagesOf(lock) }));
const installed = combinations.at(-1)?.packages ?? [];

function packagesOf(lock: string): Package[] {
  const { packages } = JSON.parse(lock) as { packages: Record<string, Package> };
  return Object.entries(packages)
    .filter(([path]) => path !== '')
    .map(([path, content]) => ({ ...content, name: path.split('node_modules/').at(-1) ?? '' }));
}

/** What a service promises in its own `engines`, as the oldest and the newest patch of each line that is maintained. */
const nodes = ['20.19.0', '20.20.2', '22.13.0', '22.22.0', '24.0.0', '24.11.0'];

function refusing(packages: readonly Package[]): string[] {
  return packages.flatMap(({ name, version, engines }) =>
    nodes
      .filter((node) => !semver.satisfies(node, engines?.node ?? '*'))
      .map((node) => `${name}@${version} wants ${engines?.node}, not ${node}`),
  );
}

test('every package of a TypeScript service admits Node 20.19, 22 and 24: npm ci --engine-strict passes', () => {
  expect(installed.filter(({ engines }) => engines?.node !== undefined).length).toBeGreaterThan(90);
  expect(refusing(installed)).toEqual([]);
});

test('every package of this tool admits them, too', () => {
  const own = packagesOf(readFileSync('package-lock.json', 'utf8'));
  expect(own.filter(({ engines }) => engines?.node !== undefined).length).toBeGreaterThan(50);
  expect(refusing(own)).toEqual([]);
});

test('a package that wants another Node is found', () => {
  expect(refusing([{ name: 'cookie', version: '2.0.2', engines: { node: '>=22' } }])).toHaveLength(
    2,
  );
});

test('OpenTelemetry is there once: two copies know nothing of each other', () => {
  const names = installed.map(({ name }) => name).filter((name) => /^@opentelemetry\//.test(name));
  expect(names.length).toBeGreaterThan(10);
  expect(names).toEqual([...new Set(names)]);
});

type Platform = { readonly os: string; readonly cpu: string; readonly libc?: string };

/** What services are developed and run on. */
const platforms = ['x64', 'arm64'].flatMap((cpu): Platform[] => [
  { os: 'linux', cpu, libc: 'glibc' },
  { os: 'linux', cpu, libc: 'musl' },
  { os: 'darwin', cpu },
  { os: 'win32', cpu },
]);

describe.each(combinations)('the lock with $name', ({ packages }) => {
  const known = new Map(packages.map((content) => [content.name, content]));
  const optional = packages.map(({ name, optionalDependencies = {} }) => ({
    name,
    parts: Object.entries(optionalDependencies),
  }));

  test('names the content of every package, and no registry', () => {
    expect(packages.length).toBeGreaterThan(100);
    expect(packages.filter(({ integrity }) => !integrity?.startsWith('sha512-'))).toEqual([]);
    expect(packages.filter(({ resolved }) => resolved !== undefined)).toEqual([]);
  });

  test('names every optional package, in the version that is asked for', () => {
    const parts = optional.flatMap((content) => content.parts);
    expect(parts.length).toBeGreaterThan(20);
    const missing = parts.filter(
      ([name, range]) => !semver.satisfies(known.get(name)?.version ?? '', range),
    );
    expect(missing).toEqual([]);
  });

  test('names the native part of every package for every platform', () => {
    const native = optional
      .map(({ name, parts }) => ({ name, parts: parts.flatMap(([part]) => known.get(part) ?? []) }))
      .filter(({ parts }) => parts.some(({ cpu }) => cpu !== undefined));
    expect(native.length).toBeGreaterThan(0);
    const missing = native.flatMap(({ name, parts }) =>
      platforms
        .filter((platform) => !parts.some((part) => suits(part, platform)))
        .map((platform) => ({ name, ...platform })),
    );
    expect(missing).toEqual([]);
  });
});

function suits(part: Package, { os, cpu, libc }: Platform): boolean {
  const isFor = (names: readonly string[] | undefined, name: string) =>
    names === undefined || names.includes(name);
  const isForLibc = libc === undefined || isFor(part.libc, libc);
  return isFor(part.os, os) && isFor(part.cpu, cpu) && isForLibc;
}

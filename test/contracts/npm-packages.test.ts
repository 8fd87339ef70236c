import semver from 'semver';
import { expect, test } from 'vitest';

import { readCatalog } from '../../src/io/catalog.js';
import { renderText } from '../support/request.js';

type Package = {
  readonly version: string;
  readonly resolved?: string;
  readonly engines?: { readonly node?: string };
  readonly optionalDependencies?: Readonly<Record<string, string>>;
};

const catalog = readCatalog(process.cwd());
const request = [
  'service: { name: orders, language: typescript, module: orders }',
  `capabilities: { ${catalog.capabilities.map(({ id }) => `${id}: {}`).join(', ')} }`,
  'upstreams: [{ name: inventory, url: "http://inventory.invalid" }]',
].join('\n');
const { text = '' } = renderText(request, catalog).get('package-lock.json') ?? {};
const { packages } = JSON.parse(text) as { packages: Record<string, Package> };
const installed = Object.entries(packages)
  .filter(([path]) => path !== '')
  .map(([path, content]) => ({ name: path.split('node_modules/').at(-1) ?? '', ...content }));

test('every package of a TypeScript service runs on Node 20.19 and 24', () => {
  const refusing = installed.filter(({ engines }) =>
    ['20.19.0', '24.0.0'].some((node) => !semver.satisfies(node, engines?.node ?? '*')),
  );
  // fastify's cookie only warns.
  expect(refusing.map(({ name }) => name)).toEqual(['cookie']);
});

test('OpenTelemetry is there once: two copies know nothing of each other', () => {
  const names = installed.map(({ name }) => name).filter((name) => /^@opentelemetry\//.test(name));
  expect(names.length).toBeGreaterThan(10);
  expect(names).toEqual([...new Set(names)]);
});

test('the lock of a service names the packages of every platform and no registry', () => {
  expect(installed.filter(({ resolved }) => resolved !== undefined)).toEqual([]);
  const optional = installed.flatMap((content) => Object.keys(content.optionalDependencies ?? {}));
  expect(optional.length).toBeGreaterThan(5);
  const names = new Set(installed.map(({ name }) => name));
  expect(optional.filter((name) => !names.has(name))).toEqual([]);
});

import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';

import { compileCatalog } from '../../scripts/compile-catalog.js';
import { run } from '../../src/commands/run.js';
import { readCatalog } from '../../src/io/catalog.js';
import { fakeHost } from '../support/host.js';
import { readFolder } from '../support/read-folder.js';

const toy = {
  language: 'toy',
  title: 'Toy',
  preference: 0,
  tools: [
    {
      name: 'toyc',
      arguments: ['--version'],
      pattern: '(\\d+\\.\\d+\\.\\d+)',
      minimum: '1.2.0',
      purpose: 'builds toys',
      install: 'https://toy.invalid',
    },
  ],
  module: { pattern: '^[a-z-]+$', doc: 'a toy name such as orders', default: '{name}' },
  adopt: {
    marker: 'toy.txt',
    module: '^name (.*)$',
    sources: '\\.toy$',
    tests: '_test\\.toy$',
    moves: { 'parts/': 'parts/scaffold/' },
    reference: 'use (\\S+)',
    install: { process: 'toyc get {names}', tests: 'toyc get {names}' },
  },
  dependencies: { bricks: '1.0.0' },
  files: [
    { path: 'main.toy', template: 'main.toy.hbs', ownership: 'composed', slots: ['toy-parts'] },
    { path: 'toy.lock', template: 'toy.lock.hbs', ownership: 'composed' },
  ],
};

/**
 * A further language is a folder below templates/, a folder in each capability, and a file in
 * src/verify/languages: the rest of the tool finds it.
 */
describe('a further language', () => {
  const root = mkdtempSync(join(tmpdir(), 'languages-'));
  const [capability = ''] = readdirSync('capabilities');
  let catalog: ReturnType<typeof readCatalog>;
  let before: ReadonlyMap<string, string>;
  const contentsOf = () => readFolder(join(root, 'capabilities'));

  beforeAll(() => {
    for (const path of ['package.json', 'templates', 'capabilities']) {
      cpSync(path, join(root, path), { recursive: true });
    }
    before = contentsOf();
    write('templates/toy/template.yaml', stringify(toy));
    write('templates/toy/main.toy.hbs', 'service {{service.name}}\n{{> toy-parts}}\nend\n');
    write(
      'templates/toy/toy.lock.hbs',
      '{{#each dependencies}}\n{{name}} {{version}}\n{{/each}}\n',
    );
    const slots = [{ slot: 'toy-parts', text: 'part\n' }];
    const files = [{ path: 'part.toy', template: 'part.toy.hbs' }];
    write(`capabilities/${capability}/toy/files.yaml`, stringify({ files, slots }));
    write(`capabilities/${capability}/toy/part.toy.hbs`, 'part of {{service.name}}\n');
    write('bin/toyc', '#!/bin/sh\necho toyc 1.2.3\n');
    chmodSync(join(root, 'bin/toyc'), 0o755);
    catalog = readCatalog(root);
  });

  afterAll(() => rmSync(root, { recursive: true, force: true }));

  function write(path: string, text: string): void {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), text);
  }

  async function askIn(folder: string, ...args: readonly string[]) {
    const env = { PATH: `${join(root, 'bin')}:${process.env.PATH ?? ''}` };
    const host = fakeHost({ catalog, cwd: join(root, folder), env, columns: 200 });
    const exitCode = await run(args, host);
    return { exitCode, out: host.out(), err: host.err() };
  }

  async function ask(...args: readonly string[]) {
    return await askIn('', ...args);
  }

  test('is the default where its tools are, and its files and slots are rendered', async () => {
    const made = await ask('new', 'service', 'orders', '--all', '--yes', '--no-verify', '--json');
    expect(made).toMatchObject({ exitCode: 0, err: '' });
    const files = readFolder(join(root, 'orders'));
    expect(files.get('main.toy')).toBe('service orders\npart\nend\n');
    expect(files.get('part.toy')).toBe('part of orders\n');
    expect(files.get('toy.lock')).toBe('bricks 1.0.0\n');
    expect(files.get('scaffold.yaml')).toContain('language: toy');
    expect([...files.keys()].filter((path) => path.startsWith('deploy/')).length).toBeGreaterThan(
      5,
    );
  });

  test('changes no file of a capability, neither its manifest nor the list of another language', () => {
    const after = contentsOf();
    expect(before.size).toBeGreaterThan(10);
    for (const [path, text] of before) expect(after.get(path), path).toBe(text);
  });

  test.each([
    [
      'capability.yaml',
      'slots: [{ slot: toy-parts, language: toy, text: x }]',
      'the slot toy-parts',
    ],
    ['capability.yaml', 'files: [{ path: a, template: toy/a.hbs }]', 'a belongs in'],
    ['capability.yaml', 'dependencies: { toy: { bricks: 1.0.0 } }', 'dependencies belongs in'],
    [
      'toy/files.yaml',
      'slots: [{ slot: a, language: go, text: x }]',
      'the folder says which language',
    ],
    ['tyo/files.yaml', 'files: []', '"tyo" is none of go, toy, typescript'],
  ])('is refused where %s has %s', (path, text, message) => {
    const head = 'id: odd\ntitle: Odd\nsummary: Odd.\norder: 1\n';
    write('capabilities/odd/capability.yaml', head);
    write(
      `capabilities/odd/${path}`,
      path === 'capability.yaml' ? `${head}${text}\n` : `${text}\n`,
    );
    try {
      expect(() => readCatalog(root)).toThrow(message);
    } finally {
      rmSync(join(root, 'capabilities/odd'), { recursive: true });
    }
  });

  test('is chosen by name, and its module is checked', async () => {
    const flags = ['--language', 'toy', '--yes', '--no-verify', '--dry-run'];
    expect(await ask('new', 'service', 'a', ...flags)).toMatchObject({ exitCode: 0 });
    const refused = await ask('new', 'service', 'a', ...flags, '--module', 'Ä');
    expect(refused).toMatchObject({ exitCode: 2 });
    expect(refused.err).toContain('a toy name such as orders');
  });

  test('stands in the help, in the schema and among the tools', async () => {
    expect((await ask('new', 'service', '--help')).out).toMatch(/^ *toy +a toy name/m);
    const { out } = await ask('schema');
    expect(out).toContain('"toy"');
    expect(out).toContain('a toy name such as orders');
    expect((await ask('doctor')).out).toMatch(/toyc +1\.2\.3 +builds toys/);
  });

  test('is recognised in a repository that was made by hand', async () => {
    write('stock/toy.txt', 'name stock\n');
    write('stock/main.toy', 'app.listen(3000)\n');
    const adopted = await askIn('stock', 'init', '--json');
    expect(adopted.err).toBe('');
    expect(JSON.parse(adopted.out)).toMatchObject({
      service: { name: 'stock', language: 'toy', module: 'stock', port: 3_000 },
    });
  });

  test('is compiled into the package as a file of its own', () => {
    expect(compileCatalog(root).files.get('toy.json')).toContain(`"${capability}/toy/`);
  });
});

test('every language can be verified', () => {
  const known = readdirSync('src/verify/languages').map((name) => name.replace(/\.ts$/, ''));
  const { languages } = readCatalog(process.cwd());
  expect(known.sort()).toEqual(languages.map(({ language }) => language).sort());
});

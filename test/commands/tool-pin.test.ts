import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';

import { run } from '../../src/commands/run.js';
import { readCatalog } from '../../src/io/catalog.js';
import { fakeHost } from '../support/host.js';
import { startLife, type Life } from '../support/life.js';

const catalog = readCatalog(process.cwd());
const go = ['--language', 'go', '--module', 'example.com/orders', '--upstream', 'none'];
const bytes = Buffer.from('the bytes of a package');
const { version } = catalog;
const integrity = `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
const commit = '0123456789abcdef0123456789abcdef01234567';
let server: Server;
let base: string;
let asked: string[] = [];
/** Of npm's cache. */
const home = mkdtempSync(join(tmpdir(), 'tool-pin-'));

/** A registry of npm with one version, and a server of files. */
beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(request.url ?? '');
    if (request.url === '/meshwright.tgz') return response.end(bytes);
    const about = { name: 'meshwright', version, dist: { tarball: 'x', integrity } };
    if (request.url === '/meshwright') {
      return response.end(
        JSON.stringify({ name: 'meshwright', 'dist-tags': {}, versions: { [version]: about } }),
      );
    }
    response.statusCode = 404;
    return response.end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
  rmSync(home, { recursive: true, force: true });
});

async function pin(life: Life, ...argv: readonly string[]) {
  asked = [];
  const host = fakeHost({
    cwd: life.root,
    catalog,
    env: { PATH: process.env['PATH'] ?? '', HOME: home, npm_config_registry: base },
  });
  const exitCode = await run(['tool', 'pin', ...argv], host);
  return { exitCode, out: host.out(), err: host.err() };
}

const sourceOf = (life: Life) =>
  (parse(life.read('scaffold.yaml')) as { readonly tool?: { readonly source: unknown } }).tool
    ?.source;

describe('tool pin', () => {
  test('asks the registry for its own version, and writes what CI installs', async () => {
    const life = await startLife(catalog, go);
    const before = life.read('scaffold.yaml');
    const { exitCode, err } = await pin(life);
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
    expect(sourceOf(life)).toEqual({ npm: 'meshwright', version, integrity });
    expect(life.read('scaffold.yaml').startsWith(before)).toBe(true);
    expect(life.read('.scaffold/tool/package-lock.json')).toContain(integrity);
    expect(life.read('.scaffold/lock.json')).toContain(`"tool": {"npm":"meshwright"`);
    expect(life.read('.github/workflows/ci.yml')).toContain('npm ci --ignore-scripts');
    expect((await life.run(['drift', '--strict'])).exitCode).toBe(0);
    life.commit();
    const again = life.snapshot();
    expect((await pin(life)).exitCode).toBe(0);
    expect(life.snapshot()).toEqual(again);
  });

  test('of a URL and of a file computes the sha512, and replaces what was there', async () => {
    const life = await startLife(catalog, go);
    expect((await pin(life, '--tarball', `${base}/meshwright.tgz`)).exitCode).toBe(0);
    expect(asked).toEqual(['/meshwright.tgz']);
    expect(sourceOf(life)).toEqual({ tarball: `${base}/meshwright.tgz`, integrity });
    life.write('vendored/meshwright.tgz', bytes.toString());
    life.write('scaffold.yaml', `${life.read('scaffold.yaml')}# the end\n`);
    life.commit();
    expect((await pin(life, '--path', './vendored/meshwright.tgz')).exitCode).toBe(0);
    expect(asked).toEqual([]);
    expect(sourceOf(life)).toEqual({ path: 'vendored/meshwright.tgz', integrity });
    expect(life.read('scaffold.yaml')).toMatch(/\n# the end\n$/);
    expect(life.read('.scaffold/tool/package.json')).toContain('file:../../vendored/');
  });

  test('of a commit asks nobody, and says that its build runs', async () => {
    const life = await startLife(catalog, go);
    const git = ['--git', 'https://git.example.com/meshwright.git'];
    const { exitCode, out } = await pin(life, ...git, '--commit', commit);
    expect(exitCode).toBe(0);
    expect(asked).toEqual([]);
    expect(out).toContain('the build, too, is code that runs there');
    expect(sourceOf(life)).toEqual({ git: git[1], commit });
    expect(life.has('.scaffold/tool/package.json')).toBe(false);
    expect(life.read('.github/workflows/ci.yml')).toContain(commit);
  });

  test('a hint starts the tool as it was started', async () => {
    const host = fakeHost({ cwd: '/', catalog, tool: 'node "/opt/a b/cli.js"' });
    expect(await run(['tool', 'pin', '--release', 'latest', '--json'], host)).toBe(2);
    expect(host.err()).toContain('node "/opt/a b/cli.js" tool pin --help');
    expect((JSON.parse(host.out()) as { error: { hint: string } }).error.hint).toBe(
      'node "/opt/a b/cli.js" tool pin --help',
    );
  });

  test('--dry-run shows it and writes nothing', async () => {
    const life = await startLife(catalog, go);
    const before = life.snapshot();
    const { exitCode, out } = await pin(life, '--dry-run');
    expect(exitCode).toBe(0);
    expect(out).toContain(`+    integrity: "${integrity}"`);
    expect(life.snapshot()).toEqual(before);
  });

  test.each([
    [6, 'the registry does not have it', ['--npm', 'absent']],
    [6, 'the registry does not have it', ['--release', '9.9.9']],
    [6, 'the server answers 404', ['--tarball', 'BASE/absent.tgz']],
    [6, 'could not be downloaded', ['--tarball', 'http://127.0.0.1:1/a.tgz']],
    [2, '--release "latest" must be an exact version', ['--release', 'latest']],
    [2, 'there is no "absent.tgz"', ['--path', 'absent.tgz']],
    [2, '--path "../a.tgz" must be', ['--path', '../a.tgz']],
    [2, '--tarball "file:///etc/passwd" must be', ['--tarball', 'file:///etc/passwd']],
    [2, '--git needs --commit ID', ['--git', 'https://git.example.com/a.git']],
    [2, '--commit "main" must be', ['--git', 'https://git.example.com/a.git', '--commit', 'main']],
    [2, '--git "ext::sh -c id" must be', ['--git', 'ext::sh -c id', '--commit', commit]],
    [2, 'cannot be used with', ['--path', 'a.tgz', '--npm', 'meshwright']],
  ])('ends with %i: %s', async (code, message, argv) => {
    const life = await startLife(catalog, go);
    const before = life.snapshot();
    const words = argv.map((word) => word.replace('BASE', base));
    const { exitCode, err } = await pin(life, ...words);
    expect({ exitCode, err }).toEqual({
      exitCode: code,
      err: expect.stringContaining(message) as string,
    });
    expect(life.snapshot()).toEqual(before);
  });
});

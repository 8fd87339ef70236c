import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

import { expect, test } from 'vitest';

import { run } from '../../src/commands/run.js';
import { loadBuiltinCatalog } from '../../src/io/builtin.js';
import { findTool, listTools } from '../../src/verify/tools.js';
import { compareVersions } from '../../src/model/version.js';
import { fakeHost } from '../support/host.js';

const catalog = loadBuiltinCatalog();

/** A PATH with tools that only tell a version. */
function pathWith(versions: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'tools-'));
  for (const [name, output] of Object.entries(versions)) {
    writeFileSync(join(folder, name), `#!/bin/sh\necho "${output}"\n`, { mode: 0o755 });
  }
  return folder;
}

const everything = {
  node: 'v24.1.0',
  git: 'git version 2.39.5',
  go: 'go version go1.26.8 linux/amd64',
  npm: '11.0.0',
  istioctl: 'client version: 1.31.1',
};

async function examine(versions: Readonly<Record<string, string>>, ...flags: string[]) {
  const host = fakeHost({ catalog, columns: 200, env: { PATH: pathWith(versions) } });
  const exitCode = await run(['doctor', ...flags], host);
  return { exitCode, out: host.out() };
}

test('is clean when what is needed is here; optional tools may be missing', async () => {
  const { exitCode, out } = await examine(everything);
  expect(exitCode).toBe(0);
  expect(out).toMatch(/✓ +go +1\.26\.8/);
  expect(out).toMatch(/– +kubeconform .*Not on PATH: go install/);
  expect(out).toMatch(/Kubernetes +1\.30 or later/);
  expect(out).toMatch(/Istio +1\.27 or later/);
});

test('an old git is exit 6 and says which it must be', async () => {
  const { exitCode, out } = await examine({ ...everything, git: 'git version 2.34.1' });
  expect(exitCode).toBe(6);
  expect(out).toMatch(/✗ +git +2\.34\.1 .*Needs 2\.38\.0 or later/);
});

test('without a toolchain for any language it is exit 6', async () => {
  const { exitCode, out } = await examine({ node: 'v24.1.0', git: 'git version 2.39.5' }, '--json');
  expect(exitCode).toBe(6);
  expect(JSON.parse(out)).toMatchObject({ command: 'doctor', ok: false, languages: [] });
});

test('a broken tool is not taken for good', async () => {
  const folder = pathWith(everything);
  writeFileSync(join(folder, 'git'), '#!/bin/sh\nexit 3\n', { mode: 0o755 });
  const host = fakeHost({ catalog, columns: 200, env: { PATH: folder } });
  expect(await run(['doctor'], host)).toBe(6);
  expect(host.out()).toContain('Does not run: git --version');
});

test('the version of Go is that of the first go on PATH, read from its folder or asked', async () => {
  const installed = mkdtempSync(join(tmpdir(), 'go-'));
  mkdirSync(join(installed, 'bin'));
  writeFileSync(join(installed, 'VERSION'), 'go1.30.2\ntime 2027-01-01T00:00:00Z\n');
  writeFileSync(join(installed, 'bin/go'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
  const shim = pathWith({ go: 'go version go1.26.8 linux/amd64' });
  const go = listTools(catalog).find(({ name }) => name === 'go')!;
  const versionWith = async (...folders: string[]) =>
    (await findTool(go, { PATH: folders.join(delimiter) })).version;
  expect(await versionWith(join(installed, 'bin'), shim)).toBe('1.30.2');
  expect(await versionWith(shim, join(installed, 'bin'))).toBe('1.26.8');
});

test('Go must be as new as the go.mod that services get', () => {
  const wanted = /^go (\S+)$/m.exec(readFileSync('templates/go/go.mod.hbs', 'utf8'))?.[1] ?? '';
  const minimum = listTools(catalog).find(({ name }) => name === 'go')?.minimum ?? '';
  expect(compareVersions(minimum, wanted)).toBe(0);
});

test.each([
  ['1.26.0', '1.26', 0],
  ['1.9.0', '1.10.0', -1],
  ['2.38.1', '2.38.0', 1],
] as const)('%s against %s', (a, b, order) => {
  expect(Math.sign(compareVersions(a, b))).toBe(order);
});

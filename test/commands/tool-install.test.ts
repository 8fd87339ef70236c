import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { readCatalog } from '../../src/io/catalog.js';
import { composeTree } from '../../src/stages/compose-service.js';
import { writeTree } from '../support/write-tree.js';

/** What the workflow does with `.scaffold/tool`: npm compares the sha512 before anything of the package runs. */
const run = promisify(execFile);
const catalog = readCatalog(process.cwd());
const script = '#!/usr/bin/env node\nconsole.log("started", process.argv[2]);\n';
const good = pack(script);
const bad = pack(script.replace('started', 'stolen'));
const integrity = `sha512-${createHash('sha512').update(good).digest('base64')}`;
let root: string;
let server: Server;
/** What the server hands out in place of the package. */
let served = good;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'tool-install-'));
  server = createServer((request, response) => {
    const { port } = server.address() as AddressInfo;
    if (request.url?.endsWith('.tgz') === true) return response.end(served);
    const tarball = `http://127.0.0.1:${port}/meshwright-0.2.0.tgz`;
    const digest = `sha512-${createHash('sha512').update(served).digest('base64')}`;
    const version = {
      ...{ name: 'meshwright', version: '0.2.0', bin: { scaffold: 'dist/cli.js' } },
      dist: { tarball, integrity: digest },
    };
    return response.end(
      JSON.stringify({
        ...{ name: 'meshwright', 'dist-tags': { latest: '0.2.0' } },
        versions: { '0.2.0': version },
      }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  server.close();
  rmSync(root, { recursive: true, force: true });
});

type Source = (base: string) => Readonly<Record<string, string>>;
const sources: Readonly<Record<string, Source>> = {
  npm: () => ({ npm: 'meshwright', version: '0.2.0' }),
  mirror: () => ({ npm: '@acme/meshwright', version: '0.2.0' }),
  tarball: (base) => ({ tarball: `${base}/meshwright-0.2.0.tgz` }),
  path: () => ({ path: 'tools/meshwright-0.2.0.tgz' }),
};

/** Renders a service, installs its tool as CI does, and starts it. */
async function install(kind: string, bytes: Buffer): Promise<string> {
  const folder = mkdtempSync(join(root, `${kind}-`));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const source = { ...sources[kind]?.(base), integrity };
  const text = [
    'service: { name: orders, language: go }',
    `tool: { source: ${JSON.stringify(source)} }`,
    '',
  ].join('\n');
  const { tree } = composeTree(text, catalog);
  writeTree(folder, tree);
  mkdirSync(join(folder, 'tools'), { recursive: true });
  writeFileSync(join(folder, 'tools/meshwright-0.2.0.tgz'), bytes);
  served = bytes;
  const tool = join(folder, '.scaffold/tool');
  const before = readFileSync(join(tool, 'package-lock.json'), 'utf8');
  // `npm test --silent` would silence this npm too.
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];
  const options = ['--ignore-scripts', ...quiet, '--fetch-retries=0'];
  await run('npm', ['ci', ...options, `--registry=${base}`, `--cache=${folder}/cache`], {
    cwd: tool,
  });
  expect(readFileSync(join(tool, 'package-lock.json'), 'utf8')).toBe(before);
  const { stdout } = await run('.scaffold/tool/node_modules/.bin/scaffold', ['drift'], {
    cwd: folder,
  });
  return stdout;
}

describe.each(Object.keys(sources))('a tool from %s', (kind) => {
  test('is installed by npm ci, and starts', async () => {
    expect(await install(kind, good)).toBe('started drift\n');
  });

  test('is refused when its bytes are others', async () => {
    await expect(install(kind, bad)).rejects.toThrow(/EINTEGRITY/);
  });
});

/** A package as npm packs it, with its one program. */
function pack(program: string): Buffer {
  const manifest = {
    name: 'meshwright',
    version: '0.2.0',
    bin: { meshwright: 'dist/cli.js', scaffold: 'dist/cli.js' },
  };
  return gzipSync(
    Buffer.concat([
      entry('package/package.json', JSON.stringify(manifest), '644'),
      entry('package/dist/cli.js', program, '755'),
      Buffer.alloc(1_024),
    ]),
  );
}

/** One file of a tar archive (POSIX ustar). */
function entry(name: string, text: string, mode: string): Buffer {
  const header = Buffer.alloc(512);
  const octal = (value: number, length: number) => value.toString(8).padStart(length - 1, '0');
  header.write(name, 0);
  header.write(`0000${mode}`, 100);
  header.write(octal(0, 8), 108);
  header.write(octal(0, 8), 116);
  header.write(octal(Buffer.byteLength(text), 12), 124);
  header.write(octal(0, 12), 136);
  header.write('        0', 148);
  header.write('ustar\0' + '00', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${octal(sum, 7)}\0 `, 148);
  return Buffer.concat([
    header,
    Buffer.from(text),
    Buffer.alloc((512 - (text.length % 512)) % 512),
  ]);
}

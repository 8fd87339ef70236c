import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { findExecutable } from '../../src/io/process.js';
import type { Verification } from '../../src/model/verification.js';
import { toolchain } from '../../src/verify/languages/go.js';
import { isOlder } from '../../src/verify/go-toolchain.js';
import { runSteps } from '../../src/verify/schedule.js';
import { type Snapshot, writeTree } from '../support/snapshot.js';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'scaffold go '));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const module: Snapshot = {
  'go.mod': 'module example.invalid/orders\n\ngo 1.24\n',
  'cmd/orders/main.go': 'package main\n\nfunc main() {}\n',
  'sum/sum.go': 'package sum\n\nfunc Sum(a, b int) int { return a + b }\n',
  'sum/sum_test.go':
    'package sum\n\nimport "testing"\n\nfunc TestSum(t *testing.T) {\n\tif Sum(1, 2) != 3 {\n\t\tt.Fatal("not 3")\n\t}\n}\n',
};

type Env = Readonly<Record<string, string | undefined>>;

async function verify(
  files: Snapshot,
  { env = {}, race = false, settle }: { env?: Env; race?: boolean; settle?: string } = {},
): Promise<{
  verification: Verification;
  steps: Record<string, string>;
}> {
  writeTree(root, { ...module, ...files });
  const request = { root, race, env: { ...process.env, ...env }, settle };
  const verification = await runSteps(toolchain.steps(request), {
    signal: new AbortController().signal,
    onEvent: () => undefined,
  });
  const steps = verification.steps.map(({ name, status, detail }) => [
    name,
    `${status} ${detail}`.trim(),
  ]);
  return { verification, steps: Object.fromEntries(steps) as Record<string, string> };
}

const hasGo = findExecutable('go', process.env) !== undefined;

describe.runIf(hasGo)('with Go', () => {
  it('builds, vets and tests', async () => {
    expect((await verify({})).steps).toEqual({
      'go build': 'passed',
      'go vet': 'passed',
      'go test': 'passed 1 passed',
    });
  });

  it('shows what a failed test printed and how to repeat it', async () => {
    const { verification, steps } = await verify({
      'sum/sum.go': 'package sum\n\nfunc Sum(a, b int) int { return a - b }\n',
    });
    expect(steps).toMatchObject({ 'go vet': 'passed', 'go test': 'failed 1 failed, 0 passed' });
    const step = verification.steps.find(({ name }) => name === 'go test');
    expect(step?.output).toMatch(/sum_test\.go:7: not 3/);
    expect(step?.repeat).toMatch(/^cd .* && go test -vet=off -buildvcs=false \.\/\.\.\.$/);
  });

  it('does not vet or test what does not build', async () => {
    const { verification, steps } = await verify({
      'sum/bad.go': 'package sum\n\nvar x int = "y"\n',
    });
    expect(steps).toEqual({
      'go build': 'failed exit 1',
      'go vet': 'skipped needs go build',
      'go test': 'skipped needs go build',
    });
    expect(verification.steps[0]?.output).toMatch(/bad\.go:3/);
    expect(verification.status).toBe('failed');
  });

  it('reports what vet finds', async () => {
    const bad = 'package sum\n\nimport "fmt"\n\nfunc Print() { fmt.Printf("%d", "x") }\n';
    expect((await verify({ 'sum/bad.go': bad })).steps).toMatchObject({
      'go vet': 'failed exit 1',
      'go test': 'passed 1 passed',
    });
  });

  it('is not verified by a Go that is older than go.mod asks for, and downloads no other', async () => {
    const { steps, verification } = await verify({
      'go.mod': 'module example.invalid/orders\n\ngo 1.999.0\n',
    });
    expect(steps['go build']).toMatch(/^not-verified go is .*, go\.mod asks for 1\.999\.0/);
    expect(verification.status).toBe('not-verified');
  });

  it('leaves a workspace above the project out', async () => {
    const above = root;
    writeTree(above, {
      'go.work': 'go 1.24\n\nuse ./other\n',
      'other/go.mod': 'module example.invalid/other\n\ngo 1.24\n',
    });
    root = join(above, 'orders');
    const { steps } = await verify({});
    root = above;
    expect(steps['go test']).toBe('passed 1 passed');
  });

  it('says when a workspace above does not list the project', async () => {
    const above = root;
    writeTree(above, { 'go.work': 'go 1.24\n' });
    root = join(above, 'orders');
    const outside = await verify({});
    writeTree(above, { 'go.work': 'go 1.24\n\nuse (\n\t"./orders" // the shop\n)\n' });
    const { steps } = await verify({});
    const foreseen = toolchain.foresee?.(root, new Set());
    writeTree(above, { 'go.work': 'go 1.24\n\nuse ./orders/cmd\n' });
    const named = toolchain.foresee?.(root, new Set());
    root = above;
    expect(outside.steps['go build']).toBe(
      `passed without ${join(above, 'go.work')}, which does not list it: go work use .`,
    );
    expect(steps['go build']).toBe('passed');
    expect(foreseen).toEqual([]);
    expect(named).toMatchObject([{ command: 'go work use .' }]);
  });

  it.each([
    [{ HOME: undefined }, 'go has no folder for its cache: set HOME, or GOCACHE and GOMODCACHE'],
    [{ HOME: '/dev/null' }, 'go cannot write its cache, /dev/null/.cache/go-build: set HOME, or'],
  ] as const)('is not verified without a place for its cache: %j', async (home, detail) => {
    const unset = { GOCACHE: undefined, GOMODCACHE: undefined, GOPATH: undefined };
    const env = { ...unset, XDG_CACHE_HOME: undefined, ...home };
    const { verification, steps } = await verify({}, { env });
    expect(steps['go build']).toContain(`not-verified ${detail}`);
    expect(verification.status).toBe('not-verified');
  });

  describe('with vendor/', () => {
    const vendored: Snapshot = {
      'go.mod': 'module example.invalid/orders\n\ngo 1.24\n\nrequire example.invalid/a v1.1.0\n',
      'uses.go': 'package orders\n\nimport _ "example.invalid/a"\n',
      'vendor/modules.txt': '# example.invalid/a v1.1.0\n## explicit; go 1.24\nexample.invalid/a\n',
      'vendor/example.invalid/a/a.go': 'package a\n',
    };

    it('builds with what is there', async () => {
      expect((await verify(vendored)).steps['go build']).toBe('passed');
    });

    it.each([
      ['a requirement is newer', { 'go.mod': `${vendored['go.mod']}`.replace('1.1.0', '1.2.0') }],
      ['a requirement is new', { 'go.mod': `${vendored['go.mod']}require b.invalid/b v1.0.0\n` }],
      [
        'a package is not there',
        { 'more.go': 'package orders\n\nimport _ "example.invalid/a/b"\n' },
      ],
    ] as const)('says what to run when %s', async (_, files) => {
      const { verification, steps } = await verify({ ...vendored, ...files });
      expect(steps['go build']).toMatch(
        /^not-verified vendor\/ does not match go\.mod, .*: run go mod vendor, then verify again$/,
      );
      expect(verification.status).toBe('not-verified');
    });

    it('is foreseen when go.mod changes', () => {
      writeTree(root, { ...module, ...vendored });
      expect(toolchain.foresee?.(root, new Set(['go.mod']))).toMatchObject([
        { command: 'go mod vendor' },
      ]);
      expect(toolchain.foresee?.(root, new Set(['deploy/a.yaml']))).toEqual([]);
    });
  });

  it('finishes go.mod first, and builds only when that worked', async () => {
    const files = {
      'go.mod': 'module example.invalid/orders\n\ngo 1.24\n\nrequire example.invalid/a v1.1.0\n',
    };
    const passed = await verify(files, { settle: 'go mod tidy' });
    expect(passed.steps).toMatchObject({
      dependencies: 'passed go mod tidy',
      'go test': 'passed 1 passed',
    });
    expect(readFileSync(join(root, 'go.mod'), 'utf8')).not.toContain('example.invalid/a');
    const failed = await verify({ 'go.mod': 'module x\n\nrequire\n' }, { settle: 'go mod tidy' });
    expect(failed.steps).toMatchObject({
      dependencies: 'failed exit 1',
      'go build': 'skipped needs dependencies',
    });
  });

  describe('with a module that is not in the cache', () => {
    const needy: Snapshot = {
      'go.mod':
        'module example.invalid/orders\n\ngo 1.24\n\nrequire example.invalid/needed v1.0.0\n',
      'go.sum':
        'example.invalid/needed v1.0.0 h1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\nexample.invalid/needed v1.0.0/go.mod h1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n',
      'needs.go': 'package orders\n\nimport _ "example.invalid/needed"\n',
    };

    it.each(['off', 'http://127.0.0.1:1'])(
      'is not verified when the proxy is %s',
      async (proxy) => {
        const env = { GOPROXY: proxy, GOMODCACHE: join(root, '.cache') };
        const { steps } = await verify(needy, { env });
        expect(steps['go build']).toMatch(/^not-verified modules cannot be downloaded: /);
      },
    );

    it('is not verified when the registry answers 500', async () => {
      const server = createServer((_request, response) => {
        response.writeHead(500).end();
      });
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo;
      const env = { GOPROXY: `http://127.0.0.1:${port}`, GOMODCACHE: join(root, '.cache') };
      const { steps } = await verify(needy, { env });
      server.close();
      expect(steps['go build']).toMatch(/^not-verified modules cannot be downloaded: .*500/);
    });
  });

  it('looks for races where there is a C compiler, and says so where there is none', async () => {
    const tools = join(root, 'bin');
    mkdirSync(tools);
    symlinkSync(findExecutable('go', process.env)!, join(tools, 'go'));
    const { steps } = await verify({}, { race: true, env: { PATH: tools, CC: 'no-such-cc' } });
    expect(steps['go build']).toBe(
      'not-verified the race detector needs a C compiler: no-such-cc is not on PATH',
    );
  });
});

it('without Go is not verified, never passed', async () => {
  const { verification } = await verify({}, { env: { PATH: '/nowhere' } });
  expect(verification.status).toBe('not-verified');
  expect(verification.steps[0]?.detail).toBe(
    'go is not on PATH: install it from https://go.dev/dl',
  );
});

it.each([
  ['go1.26.8', '1.26', false],
  ['go1.26.8', '1.26.9', true],
  ['go1.25.3', '1.26', true],
  ['go1.26rc1', '1.26.0', true],
  ['go1.26rc1', '1.26rc1', false],
  ['go1.26beta1', '1.26rc1', true],
  ['go1.26.0', '1.26rc2', false],
  ['go2.0', '1.99', false],
  ['devel go1.27-abc', '1.26', false],
] as const)('%s is older than %s: %s', (version, wanted, expected) => {
  expect(isOlder(version, wanted)).toBe(expected);
});

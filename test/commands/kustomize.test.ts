import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { run } from '../../src/commands/run.js';
import { buildWithKustomize } from '../../src/io/kustomize.js';
import { findTool } from '../mesh/support/deploy.js';
import { needing } from '../mesh/support/tools.js';
import { fakeHost } from '../support/host.js';
import { ruleCatalog } from '../support/rule-catalog.js';
import { writeTree } from '../support/snapshot.js';

const POLICY = [
  'apiVersion: networking.istio.io/v1',
  'kind: DestinationRule',
  'metadata: { name: inventory, namespace: shop }',
  'spec:',
  '  host: inventory.shop.svc.cluster.local',
  '  trafficPolicy:',
  '    connectionPool:',
  '      http: { maxRetries: 0 }',
  '',
].join('\n');

const signal = new AbortController().signal;
let root: string;
let bin: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'kustomize-'));
  bin = mkdtempSync(join(tmpdir(), 'bin-'));
});
afterEach(() => {
  for (const folder of [root, bin]) rmSync(folder, { recursive: true, force: true });
});

/** A kustomize on PATH that runs a line of shell. */
function pretend(line: string): void {
  writeFileSync(join(bin, 'kustomize'), `#!/bin/sh\n${line}\n`, { mode: 0o755 });
}

const systemPath = process.env['PATH'] ?? '';

async function check(path: string, ...argv: readonly string[]) {
  const host = fakeHost({ cwd: root, catalog: ruleCatalog(), env: { PATH: path } });
  const exitCode = await run(['check', ...argv], host);
  return { exitCode, out: host.out(), err: host.err() };
}

const place = (kustomization: string) =>
  writeTree(root, { 'kustomization.yaml': kustomization, 'policy.yaml': POLICY });

const REPLACEMENTS =
  'replacements: [{ source: { kind: DestinationRule, fieldPath: metadata.name }, targets: [] }]\n';
const PREFIXED = `${REPLACEMENTS}namePrefix: blue-\nresources: [policy.yaml]\n`;

describe('a kustomization that is not plain', () => {
  const { skip, note } = needing('kustomize');
  const real = findTool('kustomize');

  test.skipIf(skip)(
    `is built by kustomize, and lines are still those of the file${note}`,
    async () => {
      place(
        'replacements: [{ source: { kind: DestinationRule, fieldPath: metadata.namespace }, targets: [{ select: { kind: DestinationRule }, fieldPaths: [metadata.annotations.team], options: { create: true } }] }]\nnamePrefix: blue-\nlabels: [{ pairs: { team: shop } }]\nresources: [policy.yaml]\npatches: [{ target: { kind: DestinationRule }, path: more.yaml }]\n',
      );
      writeTree(root, {
        'more.yaml':
          '- { op: add, path: /spec/trafficPolicy/outlierDetection, value: { maxEjectionPercent: 5 } }\n',
      });
      const { exitCode, out } = await check(
        `${dirname(real ?? '')}${delimiter}${systemPath}`,
        '--render',
      );
      expect(exitCode).toBe(1);
      expect(out).toMatch(/policy\.yaml\n {2}8:15 +error +MAXRETRIES_ZERO/);
      expect(out).toContain('8 │       http: { maxRetries: 0 }');
      expect(out).not.toContain('left out');
    },
  );

  test('without --render is read as far as it is plain, and what was left out is said', async () => {
    place(`${PREFIXED}vars: [{ name: A }]\nresource: [more.yaml]\n`);
    pretend('echo started >"$0.trace"; exit 1');
    const { exitCode, out } = await check(`${bin}${delimiter}${systemPath}`);
    expect(exitCode).toBe(1);
    expect(out).toContain(
      'left out  kustomization.yaml:1:1: replacements is left out: check --render resolves it with kustomize.',
    );
    expect(out).toContain('left out  kustomization.yaml:4:1: vars is left out');
    expect(out).toContain('resource is no field of a kustomization: kustomize refuses it.');
    expect(out).toContain('MAXRETRIES_ZERO');
    const { notes } = JSON.parse((await check('', '--json')).out) as { notes: unknown[] };
    expect(notes).toMatchObject([{ line: 1 }, { line: 4 }, { line: 5 }]);
    expect(existsSync(join(bin, 'kustomize.trace'))).toBe(false);
  });

  test('what two overlays build on is said once', async () => {
    writeTree(root, {
      'base/kustomization.yaml': `${REPLACEMENTS}resources: [policy.yaml]\n`,
      'base/policy.yaml': POLICY,
      'dev/kustomization.yaml': 'resources: [../base]\n',
      'prod/kustomization.yaml': 'resources: [../base]\n',
    });
    const { notes } = JSON.parse((await check('', '--json')).out) as { notes: unknown[] };
    expect(notes).toMatchObject([{ file: 'base/kustomization.yaml', line: 1 }]);
  });

  test('neither kustomize nor kubectl: --render says what is missing', async () => {
    place(PREFIXED);
    const { exitCode, err } = await check('', '--render');
    expect(exitCode).toBe(6);
    expect(err).toContain('neither "kustomize" nor "kubectl" is on PATH.');
  });

  test('one in the repository is never started', async () => {
    place(PREFIXED);
    writeTree(root, { '.git/HEAD': '', 'bin/kustomize': '#!/bin/sh\necho started >"$0.trace"\n' });
    chmodSync(join(root, 'bin', 'kustomize'), 0o755);
    expect((await check(join(root, 'bin'), '--render')).exitCode).toBe(6);
    expect(existsSync(join(root, 'bin', 'kustomize.trace'))).toBe(false);
  });

  test('kubectl builds it where kustomize is not on PATH, without anything of the user', async () => {
    place(PREFIXED);
    const built = join(bin, 'built.yaml');
    writeFileSync(built, POLICY.replace('name: inventory', 'name: blue-inventory'));
    const line = `PATH=/usr/bin:/bin; echo "$@ HOME=$HOME kubeconfig=$KUBECONFIG proxy=$HTTPS_PROXY" >"$0.trace"; cat ${built}`;
    writeFileSync(join(bin, 'kubectl'), `#!/bin/sh\n${line}\n`, { mode: 0o755 });
    const { exitCode, out } = await check(bin, '--render');
    expect(exitCode).toBe(1);
    expect(out).toMatch(/policy\.yaml\n {2}8:15 +error +MAXRETRIES_ZERO/);
    expect(out).not.toContain('left out');
    const trace = readFileSync(join(bin, 'kubectl.trace'), 'utf8');
    expect(trace).toMatch(/^kustomize \/\S+ HOME=\/\S*kustomize-\S+ /);
    expect(trace).toMatch(/kubeconfig=\S*kustomize-\S+ proxy=http:\/\/127\.0\.0\.1:1\n$/);
    expect(trace).not.toContain(`HOME=${process.env['HOME'] ?? '/'} `);
  });

  test('helm is not started for a kustomization', async () => {
    place('helmCharts: [{ name: web }]\nresources: [policy.yaml]\n');
    pretend('echo started >"$0.trace"; exit 1');
    const { exitCode, out } = await check(`${bin}${delimiter}${systemPath}`, '--render');
    expect(exitCode).toBe(1);
    expect(out).toContain('helmCharts has kustomize start helm, which is not done');
    expect(existsSync(join(bin, 'kustomize.trace'))).toBe(false);
  });

  test('a base outside of the repository is not built', async () => {
    const inside = join(root, 'repository');
    writeTree(root, {
      'repository/.git/HEAD': '',
      'repository/kustomization.yaml': `${REPLACEMENTS}resources: [../else]\n`,
      'else/kustomization.yaml': 'resources: []\n',
    });
    pretend('echo started >"$0.trace"; exit 1');
    const host = fakeHost({ cwd: inside, catalog: ruleCatalog(), env: { PATH: bin } });
    expect(await run(['check', '--render'], host)).toBe(2);
    expect(host.out()).toContain('kustomization.yaml:2:13: "../else" is not in this repository.');
    expect(existsSync(join(bin, 'kustomize.trace'))).toBe(false);
  });

  test('a build that fails is a problem with its reason, and the rest is still checked', async () => {
    place(PREFIXED);
    pretend('echo "Error: no such base" >&2; exit 1');
    const { exitCode, out } = await check(`${bin}${delimiter}${systemPath}`, '--render');
    expect(exitCode).toBe(2);
    expect(out).toContain(
      'unreadable  kustomization.yaml:1:1: kustomize build: Error: no such base',
    );
    expect(out).toContain('MAXRETRIES_ZERO');
  });

  test('a build that does not end is ended', async () => {
    pretend('exec /bin/sleep 600');
    const env = { PATH: `${bin}${delimiter}${systemPath}` };
    expect(
      await buildWithKustomize(root, { env, signal, allowRemote: false, timeoutMs: 100 }),
    ).toEqual({
      kind: 'failed',
      message: 'kustomize did not end within 0.1 s.',
    });
  });
});

describe('what is remote', () => {
  const sayIt = (target: string) =>
    `${target} is remote and was not fetched; --render --allow-remote`;
  // A trace that kustomize was started at all.
  const start = () => pretend('echo started >"$0.trace"; exit 1');
  const wasStarted = () => existsSync(join(bin, 'kustomize.trace'));

  test.each([
    ['resources: [policy.yaml, "TARGET"]', 'https://example.com/base?ref=v1'],
    ['bases: ["TARGET"]', 'git::https://example.com/base.git'],
    ['components: ["TARGET"]', 'ssh://git@example.com/base'],
    ['resources: ["TARGET"]', 'git@example.com:acme/base'],
    ['resources: ["TARGET"]', 'github.com/acme/base'],
    ['patches: [{ path: "TARGET" }]', 'http://127.0.0.1/patch.yaml'],
    ['configMapGenerator: [{ name: a, files: ["TARGET"] }]', 'a=http://127.0.0.1/a'],
    ['openapi: { path: "TARGET" }', 'http://127.0.0.1/openapi.json'],
    ['transformers: ["TARGET"]', 'https://example.com/transformer.yaml'],
    ['helmCharts: [{ name: a, repo: "TARGET" }]', 'https://example.com/charts'],
  ])('in %s is named and not fetched', async (kustomization, target) => {
    place(`namePrefix: blue-\n${kustomization.replace('TARGET', target)}\n`);
    start();
    const { exitCode, out } = await check(`${bin}${delimiter}${systemPath}`, '--render');
    expect(exitCode).toBe(2);
    expect(out).toMatch(/unreadable {2}kustomization\.yaml:2:\d+: /);
    expect(out).toContain(sayIt(target));
    expect(wasStarted()).toBe(false);
    expect((await check('')).exitCode).toBe(2);
  });

  test('behind a base outside the checked folder is found', async () => {
    writeTree(root, {
      'base/kustomization.yaml': 'resources: ["https://example.com/more.yaml"]\n',
      'team/kustomization.yaml': `${REPLACEMENTS}namePrefix: blue-\nresources: [../base]\n`,
    });
    start();
    const { exitCode, out } = await check(`${bin}${delimiter}${systemPath}`, '--render', 'team');
    expect(exitCode).toBe(2);
    expect(out).toContain(
      `base/kustomization.yaml:1:13: ${sayIt('https://example.com/more.yaml')}`,
    );
    expect(wasStarted()).toBe(false);
  });

  test('is fetched with --render --allow-remote, and with neither alone', async () => {
    place('namePrefix: blue-\nresources: ["https://example.com/base"]\n');
    start();
    const { exitCode, err } = await check(`${bin}${delimiter}${systemPath}`, '--allow-remote');
    expect(exitCode).toBe(2);
    expect(err).toContain('Write --render --allow-remote.');
    expect(wasStarted()).toBe(false);
    await check(`${bin}${delimiter}${systemPath}`, '--render', '--allow-remote');
    expect(wasStarted()).toBe(true);
  });

  test('cannot be fetched behind our back: kustomize finds no git and no network', async () => {
    place(PREFIXED);
    pretend('echo "PATH=$PATH proxy=$HTTPS_PROXY" >"$0.trace"; exit 1');
    await check(`${bin}${delimiter}${systemPath}`, '--render');
    expect(readFileSync(join(bin, 'kustomize.trace'), 'utf8')).toBe(
      'PATH= proxy=http://127.0.0.1:1\n',
    );
  });
});

test('a plain kustomization is read without kustomize', async () => {
  place('namespace: shop\nresources: [policy.yaml]\n');
  pretend('exit 1');
  const { exitCode, out } = await check(`${bin}${delimiter}${systemPath}`, '--render');
  expect(exitCode).toBe(1);
  expect(out).not.toContain('unreadable');
});

test('a file that is no text is named, and the others are checked', async () => {
  writeTree(root, { 'policy.yaml': POLICY });
  writeFileSync(join(root, 'image.yaml'), Buffer.from([0x80, 0x81, 0x00]));
  const { exitCode, out } = await check('');
  expect(exitCode).toBe(2);
  expect(out).toContain('unreadable  image.yaml:1:1: "image.yaml" is not UTF-8.');
  expect(out).toContain('MAXRETRIES_ZERO');
});

test('a file is named as it was given, and can be fixed', async () => {
  writeTree(root, { 'policy.yaml': POLICY });
  const path = join(root, 'policy.yaml');
  expect((await check('', path)).out.startsWith(`${path}\n`)).toBe(true);
  expect((await check('', 'policy.yaml', '--fix')).out).toContain('fixed: policy.yaml');
});

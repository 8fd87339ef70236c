import { execFileSync } from 'node:child_process';
import { mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { run } from '../../src/commands/run.js';
import { readCatalog } from '../../src/io/catalog.js';
import { fakeHost } from '../support/host.js';
import { startLife, type Life } from '../support/life.js';

/** "Proven" covers what is on disk: manifests of a team's own, and its edits of ours. */
const catalog = readCatalog(process.cwd());
const languages = catalog.languages.map(({ language }) => language);
const upstream = 'inventory=http://inventory.shop.svc.cluster.local:8080';
const ADD = ['add', 'capability', 'circuit-breaker', '--no-verify'];

const start = async (language = 'go'): Promise<Life> =>
  await startLife(catalog, [
    ...['--language', language],
    ...['--with', 'retry,mesh-ready', '--upstream', upstream],
  ]);

/** An error: no request may be repeated, although the policy repeats. */
const TEAMS_OWN = [
  'apiVersion: networking.istio.io/v1',
  'kind: DestinationRule',
  'metadata: { name: stock, namespace: default }',
  'spec:',
  '  host: stock.shop.svc.cluster.local',
  '  trafficPolicy:',
  '    connectionPool:',
  '      http: { maxRetries: 0 }',
  '',
].join('\n');

function addTeamsOwn(life: Life, path = 'deploy/mesh/ours.yaml', text = TEAMS_OWN): void {
  life.write(path, text);
  const name = path.slice('deploy/mesh/'.length);
  life.edit('deploy/mesh/kustomization.yaml', 'resources:\n', `resources:\n  - ${name}\n`);
}

type Document = {
  readonly exitCode: number;
  readonly findings: readonly {
    readonly code: string;
    readonly preexisting: boolean;
    readonly locations: readonly { readonly file: string }[];
  }[];
  readonly problems: readonly { readonly file: string; readonly preexisting: boolean }[];
  readonly verification: {
    readonly status: string;
    readonly steps: readonly { name: string; status: string; counts?: boolean }[];
  };
};

const read = (out: string) => JSON.parse(out) as Document;
const layersOf = ({ verification }: Document) =>
  verification.steps.find(({ name }) => name === 'layers compose');

describe.each(languages)('a manifest of the team in a %s service', (language) => {
  test.each([
    ['add', ADD],
    ['remove', ['remove', 'capability', 'retry', '--no-verify']],
    ['update', ['update', '--no-verify']],
  ])('is composed by %s, listed as there before, and fails nothing', async (_, argv) => {
    const life = await start(language);
    addTeamsOwn(life);
    life.commit();
    expect((await life.run(['check'])).exitCode).toBe(1);
    const { exitCode, out, err } = await life.run([...argv, '--json']);
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
    const document = read(out);
    expect(document.findings.map(({ code, preexisting }) => ({ code, preexisting }))).toEqual([
      { code: 'MAXRETRIES_ZERO', preexisting: true },
    ]);
    expect(layersOf(document)).toMatchObject({ status: 'failed', counts: false });
    expect(document.verification.status).toBe('skipped');
    const text = await life.run(['update', '--no-verify']);
    expect(text.exitCode).toBe(0);
    expect(text.out).not.toContain('Proven: layers compose');
    expect(text.out).toMatch(
      /^Not proven: layers compose \(\d+ rules, 1 finding, 1 there before\)/m,
    );
    expect(text.out).toMatch(
      /There before this change, and not counted in the exit code:\ndeploy\/mesh\/ours\.yaml:8 {2}\w+ {2}MAXRETRIES_ZERO/,
    );
  });
});

test('what a change brings in itself fails it, beside what was there', async () => {
  const life = await start();
  addTeamsOwn(life);
  life.commit();
  life.edit('scaffold.yaml', 'retry: {}', 'retry: { perAttemptTimeout: 4s }');
  const { exitCode, out } = await life.run(['update', '--no-verify', '--allow-dirty', '--json']);
  const document = read(out);
  expect(exitCode).toBe(1);
  expect(document.findings).toContainEqual(
    expect.objectContaining({ code: 'MAXRETRIES_ZERO', preexisting: true }),
  );
  expect(document.findings.some(({ preexisting }) => !preexisting)).toBe(true);
  expect(layersOf(document)).toMatchObject({ status: 'failed' });
  expect(layersOf(document)).not.toHaveProperty('counts');
  expect(document.verification.status).toBe('failed');
});

test('one that no kustomization lists is not deployed, and not composed', async () => {
  const life = await start();
  life.write('deploy/mesh/ours.yaml', TEAMS_OWN);
  life.commit();
  const { exitCode, out } = await life.run(ADD);
  expect(exitCode).toBe(0);
  expect(out).toContain('Proven: layers compose');
});

test('an edit of a file of ours is what is on disk as well', async () => {
  const life = await start();
  addTeamsOwn(life);
  life.edit('deploy/mesh/orders-to-inventory.yaml', 'Percent: 50', 'Percent: 5');
  life.commit();
  const { findings } = read((await life.run([...ADD, '--json'])).out);
  expect(findings.map(({ code, preexisting }) => `${code} ${preexisting}`).sort()).toEqual([
    'MAXRETRIES_ZERO true',
    'OD_NEVER_EJECTS true',
  ]);
});

test('a file of theirs that cannot be read is said, and nothing is proven', async () => {
  const life = await start();
  addTeamsOwn(life, 'deploy/mesh/ours.yaml', 'a: [\n');
  life.commit();
  const { exitCode, out } = await life.run([...ADD, '--json']);
  expect(exitCode).toBe(0);
  expect(read(out).problems).toMatchObject([{ file: 'deploy/mesh/ours.yaml', preexisting: true }]);
  const { out: text } = await life.run(['update', '--no-verify']);
  expect(text).toContain('unreadable  deploy/mesh/ours.yaml:');
  expect(text).not.toContain('Proven: layers compose');
});

describe('a kustomization that is not plain', () => {
  const labelled = async (): Promise<Life> => {
    const life = await start();
    addTeamsOwn(life);
    const path = 'deploy/mesh/kustomization.yaml';
    life.write(path, `${life.read(path)}replacements: [{ path: more.yaml }]\nnamePrefix: blue-\n`);
    life.commit();
    return life;
  };

  test('leaves the proof open', async () => {
    const life = await labelled();
    life.edit('deploy/mesh/ours.yaml', 'maxRetries: 0', 'maxRetries: 10');
    life.commit();
    const host = fakeHost({ cwd: life.root, catalog, env: { PATH: pathOfGit() } });
    expect(await run(ADD, host)).toBe(0);
    expect(host.out()).toContain('Not proven here: layers compose (');
    expect(host.out()).toContain('replacements is left out: check --render');
  });
});

describe('an update with conflicts', () => {
  const conflict = async (): Promise<Life> => {
    const life = await start();
    addTeamsOwn(life);
    life.edit('deploy/mesh/orders-to-inventory.yaml', 'timeout: 900ms', 'timeout: 850ms');
    life.edit('scaffold.yaml', 'retry: {}', 'retry: { attempts: 3 }');
    life.commit();
    expect((await life.run(['update', '--no-verify'])).exitCode).toBe(3);
    return life;
  };
  const settle = (life: Life, timeout: string): void => {
    const path = 'deploy/mesh/orders-to-inventory.yaml';
    life.write(
      path,
      life
        .read(path)
        .replace(/^<{7} [^]*?^={7}\n([^]*?)^>{7} .*\n/m, '$1')
        .replace(/timeout: \d+ms$/m, `timeout: ${timeout}`),
    );
  };

  test('is composed by --continue as people settled it, what was there before left out', async () => {
    const life = await conflict();
    settle(life, '500ms');
    const { exitCode, out } = await life.run(['update', '--continue', '--json']);
    const document = read(out);
    expect(document.findings).toMatchObject([{ code: 'MAXRETRIES_ZERO', preexisting: true }]);
    expect(exitCode).toBe(0);
  });

  test('fails in --continue for what people brought in as they settled it', async () => {
    const life = await conflict();
    settle(life, '2s\n      perTryTimeout: nonsense');
    const { exitCode, out } = await life.run(['update', '--continue']);
    expect(out).not.toContain('Proven: layers compose');
    expect(exitCode).toBe(1);
  });
});

/** A folder that holds git and nothing else. */
function pathOfGit(): string {
  const bin = mkdtempSync(join(tmpdir(), 'bin-'));
  symlinkSync(execFileSync('which', ['git'], { encoding: 'utf8' }).trim(), join(bin, 'git'));
  return bin;
}

/** A go beside git that finds all well. */
function pretendGo(): string {
  const bin = pathOfGit();
  const lines = [
    '#!/bin/sh',
    'case "$1" in',
    `  env) echo '${JSON.stringify({ GOVERSION: 'go1.26.0', CC: 'cc', GOWORK: '', GOCACHE: bin, GOMODCACHE: bin })}' ;;`,
    `  test) echo '{"Action":"pass","Package":"p","Test":"TestX"}' ;;`,
    'esac',
    '',
  ];
  writeFileSync(join(bin, 'go'), lines.join('\n'), { mode: 0o755 });
  return bin;
}

describe('verify', () => {
  test('composes what is on disk first, and fails as check does', async () => {
    const life = await start();
    addTeamsOwn(life);
    const bin = pretendGo();
    const host = fakeHost({ cwd: life.root, catalog, env: { PATH: bin } });
    expect(await run(['verify', '--json'], host)).toBe(1);
    const document = read(host.out());
    expect(document.verification.steps[0]).toMatchObject({
      name: 'layers compose',
      status: 'failed',
    });
    expect(document.findings).toMatchObject([{ code: 'MAXRETRIES_ZERO', preexisting: false }]);
    expect(document.verification.steps.slice(1).map(({ status }) => status)).not.toContain(
      'failed',
    );
  });

  test('shows a warning, proves nothing with it, and does not fail for it', async () => {
    const life = await start();
    addTeamsOwn(
      life,
      'deploy/mesh/ours.yaml',
      TEAMS_OWN.replace(
        /connectionPool:\n.*\n/,
        'loadBalancer: { localityLbSetting: { enabled: true } }\n',
      ),
    );
    const host = fakeHost({ cwd: life.root, catalog, env: { PATH: pretendGo() } });
    expect(await run(['verify'], host)).toBe(0);
    expect(host.out()).toContain('warning  LOCALITY_WITHOUT_OD');
    expect(host.out()).toMatch(/^Not proven: layers compose \(/m);
    expect(host.out()).toMatch(/^Proven: manifests/m);
  });

  test('proves that the layers compose where they do', async () => {
    const life = await start();
    const host = fakeHost({ cwd: life.root, catalog, env: { PATH: pretendGo() } });
    expect(await run(['verify'], host)).toBe(0);
    expect(host.out()).toContain('Proven: layers compose (');
    expect(host.err()).toMatch(/layers compose +\d+ rules, 0 findings/);
  });
});

import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

import { expect, test } from 'vitest';

import { readCatalog } from '../../src/io/catalog.js';
import { fakeHost } from '../support/host.js';
import { startLife, type Life } from '../support/life.js';
import { smallCatalog } from '../support/small-catalog.js';
import { run } from '../../src/commands/run.js';

/** A repository names programs in its configuration. The tool starts none of them, whatever it asks git. */
const small = smallCatalog();
const upstream = 'inventory=http://inventory.shop.svc.cluster.local:8080';

type Planted = { readonly life: Life; readonly traces: () => readonly string[] };

/** A service in whose repository every setting that starts a program starts one that leaves a trace. */
async function plantSmall(): Promise<Planted> {
  return plant(await startLife(small, ['--language', 'toy', '--upstream', upstream]), 'main.txt');
}

/** @param edited a recorded file that somebody has edited, and whose recorded contents are lost */
function plant(life: Life, edited: string): Planted {
  const { root } = life;
  const folder = join(dirname(root), 'planted');
  const traces = join(folder, 'traces');
  mkdirSync(traces, { recursive: true });
  const program = (name: string): string =>
    `/bin/sh -c 'touch ${join(traces, name.replaceAll(/\W/g, '-'))}; exit 1' --`;
  const set = (name: string, value: string): void => void life.git('config', name, value);

  life.write('notes.dat', 'notes\n');
  life.write('.gitattributes', '*.dat filter=evil diff=evil\n');
  life.commit();
  for (const hook of ['post-index-change', 'pre-commit', 'reference-transaction']) {
    life.write(`.git/hooks/${hook}`, `#!/bin/sh\ntouch ${join(traces, 'hook')}\n`);
    execFileSync('chmod', ['+x', join(root, '.git/hooks', hook)]);
  }
  const included = join(folder, 'included');
  // An ext URL is no line of a shell.
  const script = join(folder, 'ext');
  writeFileSync(script, `#!/bin/sh\ntouch ${join(traces, 'ext')}\n`, { mode: 0o755 });
  const settings: readonly (readonly [string, string])[] = [
    ['core.fsmonitor', program('fsmonitor')],
    ['core.pager', program('pager')],
    ['pager.status', 'true'],
    ['core.askPass', program('askpass')],
    ['core.editor', program('editor')],
    ['core.sshCommand', program('ssh')],
    ['core.gitProxy', program('proxy')],
    ['core.alternateRefsCommand', program('alternates')],
    ['credential.helper', `!${program('credential')}`],
    ['diff.external', program('external-diff')],
    ['diff.evil.textconv', program('textconv')],
    ['diff.evil.command', program('diff-command')],
    ['filter.evil.clean', program('clean')],
    ['filter.evil.smudge', program('smudge')],
    ['filter.evil.required', 'true'],
    ['alias.status', `!${program('alias')}`],
    ['alias.ls-files', `!${program('alias')}`],
    ['protocol.ext.allow', 'always'],
    ['protocol.file.allow', 'always'],
    ['core.repositoryFormatVersion', '1'],
    ['extensions.partialClone', 'evil'],
    ['remote.evil.url', `ext::${script}`],
    ['remote.evil.promisor', 'true'],
    ['remote.other.url', root],
    ['remote.other.promisor', 'true'],
    ['remote.other.uploadpack', program('uploadpack')],
  ];
  for (const [name, value] of settings) set(name, value);
  execFileSync('git', ['config', '--file', included, 'core.fsmonitor', program('included')]);
  execFileSync('git', ['config', '--file', included, 'filter.more.process', program('process')]);
  set('includeIf.gitdir:**.path', included);

  // A base that is lost, and an object that only the remote could give.
  const id = recordedId(life, edited);
  rmSync(join(root, '.scaffold/base'), { recursive: true });
  rmSync(join(root, '.git/objects', id.slice(0, 2), id.slice(2)));
  life.write(edited, `${life.read(edited)}# mine\n`);
  utimesSync(join(root, 'notes.dat'), 1, 1);
  return { life, traces: () => readdirSync(traces).sort() };
}

function recordedId(life: Life, path: string): string {
  const { files } = JSON.parse(life.read('.scaffold/lock.json')) as {
    files: readonly { path: string; id: string }[];
  };
  return files.find((file) => file.path === path)?.id ?? '';
}

test.each([
  ['drift', ['drift'], [0, 1]],
  ['check --since', ['check', '--since', 'HEAD'], [0, 1, 2]],
  ['update --dry-run', ['update', '--dry-run'], [0]],
  ['add --dry-run', ['add', 'capability', 'echo', '--dry-run'], [0]],
  ['add', ['add', 'capability', 'echo', '--no-verify', '--allow-dirty'], [0, 3]],
  ['update --rebuild-lock', ['update', '--rebuild-lock'], [0]],
  ['new', ['new', 'service', 'inner', '--yes', '--no-verify', '--language', 'toy'], [0]],
  ['doctor', ['doctor'], [0, 6]],
])('%s starts no program that the repository names', async (_, argv, exitCodes) => {
  const { life, traces } = await plantSmall();
  const { exitCode, err } = await life.run(argv);
  expect(exitCodes, err).toContain(exitCode);
  expect(traces()).toEqual([]);
});

test('verify starts no program that the repository names', async () => {
  const catalog = readCatalog(process.cwd());
  const service = await startLife(catalog, [
    ...['--language', 'go', '--module', 'example.com/orders', '--upstream', 'none'],
  ]);
  const { traces } = plant(service, 'Makefile');
  // Go needs more than a PATH: a place for its cache.
  const env = process.env as Readonly<Record<string, string>>;
  const host = fakeHost({ cwd: service.root, catalog, env });
  // What its tests find is no matter here; that they ran is.
  expect([0, 1]).toContain(await run(['verify', '--json'], host));
  const { verification } = JSON.parse(host.out()) as {
    verification: { steps: { name: string; status: string }[] };
  };
  const statuses = new Map(verification.steps.map(({ name, status }) => [name, status]));
  expect(statuses.get('go build'), host.err()).toBe('passed');
  expect(['passed', 'failed']).toContain(statuses.get('go test'));
  expect(traces()).toEqual([]);
});

test('init starts no program that the repository names', async () => {
  const { life, traces } = await plantSmall();
  rmSync(join(life.root, 'scaffold.yaml'));
  rmSync(join(life.root, '.scaffold'), { recursive: true });
  const { exitCode, err } = await life.run(['init', '--language', 'toy']);
  expect([0, 2], err).toContain(exitCode);
  expect(traces()).toEqual([]);
});

test('the programs are planted well: plain git starts them', async () => {
  const { life, traces } = await plantSmall();
  const id = recordedId(life, 'main.txt');
  for (const args of [
    ['status'],
    ['cat-file', '-p', id],
    ['fetch', 'evil'],
    ['update-ref', 'refs/heads/other', 'HEAD'],
  ]) {
    try {
      life.git(...args);
    } catch {
      // What was planted fails.
    }
  }
  expect(traces()).toEqual(
    expect.arrayContaining(['clean', 'ext', 'hook', 'included', 'uploadpack']),
  );
});

test('SIGTERM while git hangs ends the command with 130, and nothing is written', async () => {
  const life = await startLife(small, ['--language', 'toy', '--upstream', upstream]);
  const bin = join(dirname(life.root), 'bin');
  mkdirSync(bin);
  execFileSync('sh', ['-c', `printf '#!/bin/sh\\nsleep 600\\n' > git; chmod +x git`], { cwd: bin });
  const before = life.snapshot();
  const stop = new AbortController();
  const host = fakeHost({
    cwd: life.root,
    catalog: small,
    signal: stop.signal,
    env: { PATH: `${bin}:${process.env['PATH'] ?? ''}` },
  });
  setTimeout(() => stop.abort(), 1_000);
  const began = Date.now();
  expect(await run(['add', 'capability', 'echo', '--no-verify'], host)).toBe(130);
  expect(Date.now() - began).toBeLessThan(10_000);
  expect(life.snapshot()).toEqual(before);
  expect(existsSync(join(life.root, '.scaffold/run'))).toBe(false);
  expect(readFileSync(join(life.root, 'scaffold.yaml'), 'utf8')).not.toContain('echo');
});

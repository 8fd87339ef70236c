import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { readCatalog } from '../../src/io/catalog.js';
import { laterCatalog } from '../support/later-catalog.js';
import { openLife, startLife } from '../support/life.js';
import { sarifProblems } from '../support/sarif.js';
import { smallCatalog } from '../support/small-catalog.js';

const small = smallCatalog();
const real = readCatalog(process.cwd());
const upstream = 'inventory=http://inventory.shop.svc.cluster.local:8080';
const toy = ['--language', 'toy', '--upstream', upstream];
const go = ['--language', 'go', '--module', 'example.com/orders'];

describe('drift', () => {
  test('is clean after new', async () => {
    const life = await startLife(small, toy);
    expect(await life.run(['drift'])).toMatchObject({ exitCode: 0, err: '' });
  });

  test('an edit is information, and drift with --strict', async () => {
    const life = await startLife(small, toy);
    life.edit('Makefile', 'echo', 'echo -n');
    const { exitCode, out } = await life.run(['drift']);
    expect(exitCode).toBe(0);
    expect(out).toContain('modified');
    expect((await life.run(['drift', '--strict'])).exitCode).toBe(1);
  });

  test('an edit of the mesh policy counts', async () => {
    const life = await startLife(real, [...go, '--upstream', upstream, '--with', 'mesh-ready']);
    const [path] = [...life.snapshot()].find(
      ([file, text]) => file.startsWith('deploy/mesh/') && text.includes('kind: DestinationRule'),
    ) ?? [''];
    life.write(path, `${life.read(path)}# mine\n`);
    const { exitCode, out } = await life.run(['drift', '--json']);
    expect(exitCode).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      ok: false,
      repos: [{ status: 'drifted', files: [{ path, status: 'modified' }] }],
    });
  });

  test('a file that is gone, and a scaffold.yaml that asks for more', async () => {
    const life = await startLife(small, toy);
    rmSync(join(life.root, 'Makefile'));
    life.edit('scaffold.yaml', 'capabilities: {}', 'capabilities: { echo: {} }');
    const { exitCode, out } = await life.run(['drift', '--json']);
    expect(exitCode).toBe(1);
    const { repos } = JSON.parse(out) as { repos: { files: unknown[]; merge: string }[] };
    expect(repos[0]).toMatchObject({
      merge: 'clean',
      files: [
        { path: 'Makefile', status: 'missing' },
        { path: 'echo.txt', status: 'unapplied' },
        { path: 'main.txt', status: 'unapplied' },
      ],
    });
  });

  test('a broken repo among others is an error, and the others are reported', async () => {
    const life = await startLife(small, toy);
    const other = await startLife(small, toy);
    other.edit('Makefile', 'echo', 'echo -n');
    const broken = await startLife(small, toy);
    rmSync(join(broken.root, 'scaffold.yaml'));
    const { exitCode, out } = await life.run([
      'drift',
      '.',
      other.root,
      broken.root,
      '--json',
      '--strict',
    ]);
    expect(exitCode).toBe(2);
    const { repos, summary } = JSON.parse(out) as {
      repos: { status: string }[];
      summary: Record<string, number>;
    };
    expect(repos.map(({ status }) => status)).toEqual(['clean', 'drifted', 'error']);
    expect(summary).toMatchObject({ repos: 3, clean: 1, drifted: 1, error: 1 });
  });

  describe('over folders of which some are no projects of ours', () => {
    const start = async () => {
      const [life, other] = [await startLife(small, toy), await startLife(small, toy)];
      other.edit('Makefile', 'echo', 'echo -n');
      const folder = mkdtempSync(join(tmpdir(), 'docs-'));
      const file = join(folder, 'README.md');
      writeFileSync(file, '# Docs');
      return { life, other, folder, file };
    };

    test('judges the others', async () => {
      const { life, other, folder, file } = await start();
      const argv = ['drift', '--strict', '.', folder, other.root, file];
      const { exitCode, out, err } = await life.run([...argv, '--json']);
      expect({ exitCode, err }).toEqual({ exitCode: 1, err: '' });
      expect(JSON.parse(out)).toMatchObject({
        repos: [
          { path: '.', status: 'clean' },
          { path: other.root, status: 'drifted' },
        ],
        foreign: [folder, file],
        summary: { repos: 2, clean: 1, drifted: 1, error: 0, foreign: 2 },
      });
      expect((await life.run(['drift', '.', folder])).exitCode).toBe(0);
    });

    test('says so in every format', async () => {
      const { life, folder } = await start();
      const said = `Left out: ${folder} is not a project of meshwright`;
      for (const format of ['text', 'markdown']) {
        const { out } = await life.run(['drift', '.', folder, '--format', format]);
        expect(out.replaceAll(/\s+/g, ' ').replaceAll('\\', ''), format).toContain(said);
      }
      for (const format of ['github', 'sarif']) {
        const { err } = await life.run(['drift', '.', folder, '--format', format]);
        expect(err, format).toContain(said);
      }
    });

    test('refuses where all of them are, and a path that is not there', async () => {
      const { life, folder, file } = await start();
      const all = await life.run(['drift', folder, file]);
      expect(all.exitCode).toBe(2);
      expect(all.out).toContain('there is no scaffold.yaml');
      const gone = await life.run(['drift', '.', join(folder, 'gone')]);
      expect(gone.exitCode).toBe(2);
    });

    test('does not take a repo for one whose scaffold.yaml or lock is gone', async () => {
      const { life, other } = await start();
      rmSync(join(other.root, '.scaffold/lock.json'));
      expect((await life.run(['drift', '.', other.root])).exitCode).toBe(2);
    });
  });

  test('comes as annotations and as a table', async () => {
    const life = await startLife(small, toy);
    rmSync(join(life.root, 'Makefile'));
    const github = await life.run(['drift', '--format', 'github']);
    expect(github.err).toBe('');
    expect(github.out).toMatch(/^::error file=Makefile,title=scaffold drift::missing: /);
    const markdown = await life.run(['drift', '--format', 'markdown']);
    expect(markdown.out).toContain('| . | missing |');
    expect([github.exitCode, markdown.exitCode]).toEqual([1, 1]);
  });

  test('reads and writes nothing', async () => {
    const life = await startLife(small, toy);
    life.edit('scaffold.yaml', 'capabilities: {}', 'capabilities: { echo: {} }');
    const before = life.snapshot();
    await life.run(['drift']);
    expect(life.snapshot()).toEqual(before);
  });

  test('an accepted difference stays visible and does not count, until its last day', async () => {
    const life = await startLife(small, toy);
    life.edit('Makefile', 'echo', 'echo -n');
    life.write(
      'scaffold.yaml',
      `${life.read('scaffold.yaml')}drift:\n  accept:\n    - path: Makefile\n      reason: quieter\n`,
    );
    const text = await life.run(['drift', '--strict']);
    expect(text.exitCode).toBe(0);
    expect(text.out).toContain('accepted');
    expect(text.out).toContain('Makefile is modified: quieter');
    const { repos } = JSON.parse((await life.run(['drift', '--strict', '--json'])).out) as {
      repos: unknown[];
    };
    expect(repos).toMatchObject([
      {
        status: 'clean',
        files: [{ path: 'Makefile', status: 'modified', accepted: { reason: 'quieter' } }],
      },
    ]);
    life.edit('scaffold.yaml', 'reason: quieter', 'reason: quieter\n      until: 2026-11-21');
    expect((await life.run(['drift', '--strict'])).exitCode).toBe(1);
  });

  test('asks for a repo', async () => {
    const { exitCode, err } = await openLife('/nowhere-at-all', small).run(['drift']);
    expect({ exitCode, err }).toEqual({ exitCode: 2, err: '' });
  });

  test('names the command that gives back what was generated', async () => {
    const life = await startLife(small, toy);
    const before = life.read('Makefile');
    rmSync(join(life.root, 'Makefile'));
    const { repos } = JSON.parse((await life.run(['drift', '--json'])).out) as {
      repos: { fix: string[] }[];
    };
    const [command = ''] = repos[0]?.fix ?? [];
    expect(command).toBe('npx meshwright update --restore Makefile');
    expect((await life.run(command.split(' ').slice(2))).exitCode).toBe(0);
    expect(life.read('Makefile')).toBe(before);
  });

  test('comes as SARIF that its schema accepts, with what is accepted suppressed', async () => {
    const life = await startLife(small, toy);
    life.edit('Makefile', 'echo', 'echo -n');
    rmSync(join(life.root, 'main.txt'));
    life.write(
      'scaffold.yaml',
      `${life.read('scaffold.yaml')}drift: { accept: [{ path: Makefile, reason: quieter }] }\n`,
    );
    const { exitCode, out, err } = await life.run([
      'drift',
      '.',
      '../gone',
      '--format',
      'sarif',
      '--include-suppressed',
    ]);
    expect({ exitCode, err }).toEqual({ exitCode: 2, err: '' });
    const log = JSON.parse(out) as {
      runs: {
        invocations: { toolExecutionNotifications: unknown[] }[];
        results: { ruleId: string; ruleIndex: number; level: string; suppressions?: unknown }[];
      }[];
    };
    expect(sarifProblems(log)).toEqual([]);
    const [run] = log.runs;
    expect(run?.results).toMatchObject([
      { ruleId: 'DRIFT_MODIFIED', level: 'note', suppressions: [{ justification: 'quieter' }] },
      { ruleId: 'DRIFT_MISSING', level: 'error' },
    ]);
    expect(run?.results.every(({ ruleIndex }) => ruleIndex >= 0)).toBe(true);
    expect(run?.invocations[0]?.toolExecutionNotifications).toHaveLength(1);
  });

  test('with --env looks at what is deployed there, and at nothing else', async () => {
    const life = await startLife(real, [...go, '--upstream', upstream, '--with', 'mesh-ready']);
    life.write(
      'scaffold.yaml',
      `${life.read('scaffold.yaml')}environments: { staging: { namespace: test }, live: {} }\n`,
    );
    expect((await life.run(['update', '--no-verify', '--allow-dirty'])).exitCode).toBe(0);
    life.edit('README.md', '# ', '# The ');
    life.edit('deploy/overlays/staging/kustomization.yaml', 'resources:', '# ours\nresources:');
    const statuses = async (...argv: string[]) => {
      const { exitCode, out } = await life.run(['drift', '--json', ...argv]);
      const { repos } = JSON.parse(out) as { repos: { files: { path: string }[] }[] };
      return [exitCode, ...(repos[0]?.files ?? []).map(({ path }) => path)];
    };
    const overlay = 'deploy/overlays/staging/kustomization.yaml';
    expect(await statuses()).toEqual([1, 'README.md', overlay]);
    expect(await statuses('--env', 'staging')).toEqual([1, overlay]);
    expect(await statuses('--env', 'live')).toEqual([0]);
    const unknown = await life.run(['drift', '--env', 'stagin']);
    expect(unknown.exitCode).toBe(2);
    expect(unknown.out).toContain('Did you mean staging');
  });

  test('tells of many repos what kinds of drift there are and who wrote them', async () => {
    const [edited, gone, clean] = [
      await startLife(small, toy),
      await startLife(small, toy),
      await startLife(small, toy),
    ];
    edited.edit('Makefile', 'echo', 'echo -n');
    rmSync(join(gone.root, 'Makefile'));
    const { exitCode, out } = await clean.run(['drift', '.', edited.root, gone.root]);
    expect(exitCode).toBe(1);
    expect(out.split('\n\n').at(-1)).toBe(
      [
        '2 clean, 1 drifted, 0 errors',
        '  edited without drift in 1 repo, missing in 1 repo',
        '  template 1.2.3 is installed; written by 1.2.3: 3 repos',
        '',
      ].join('\n'),
    );
    expect(out).not.toContain(edited.root);
  });

  test('says why the template would change what is outdated', async () => {
    const life = openLife(join(import.meta.dirname, '../fixtures/update/0.0.9'), laterCatalog());
    const text = await life.run(['drift']);
    expect(text.exitCode).toBe(1);
    expect(text.out).toContain('Why the template changed\n  It says when it starts.\n');
    const { repos } = JSON.parse((await life.run(['drift', '--json'])).out) as {
      repos: { files: { path: string; status: string; why?: string[] }[] }[];
    };
    expect(
      repos[0]?.files.find(({ path, status }) => path === 'Makefile' && status === 'outdated')?.why,
    ).toEqual(['It says when it starts.']);
    expect((await life.run(['drift', '--format', 'markdown'])).out).toContain(
      '- It says when it starts.',
    );
  });
});

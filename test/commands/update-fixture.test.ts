import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { beforeEach, describe, expect, test } from 'vitest';

import { laterCatalog } from '../support/later-catalog.js';
import { openLife, type Life } from '../support/life.js';

/** An edited repo that version 0.0.9 wrote, byte for byte as it was committed. */
const fixture = join(import.meta.dirname, '../fixtures/update/0.0.9');
const UPDATE = ['update', '--no-verify'];
let life: Life;

beforeEach(() => {
  const root = mkdtempSync(join(tmpdir(), 'update-'));
  cpSync(fixture, root, { recursive: true });
  life = openLife(root, laterCatalog());
  life.git('init', '--quiet');
  life.git('config', 'core.autocrlf', 'false');
  life.commit();
});

/** The one conflict of the fixture: a file that people edited and the template dropped. */
function settle(): void {
  rmSync(join(life.root, 'old-edited.txt'));
  life.commit();
}

test('an edited repo comes to the new version, both sides kept', async () => {
  settle();
  const { exitCode, err } = await life.run(UPDATE);
  expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
  const files = [...life.snapshot()].filter(([path]) => !path.startsWith('.scaffold/'));
  expect(Object.fromEntries(files)).toMatchSnapshot();
  // Snapshots do not tell line endings apart.
  expect(life.read('windows.txt').match(/\r\n/g)).toHaveLength(6);
  expect(life.read('windows.txt').replaceAll('\r\n', '')).not.toContain('\n');
  expect(life.read('.scaffold/lock.json')).toContain('"version": "1.0.0"');
  const drift = await life.run(['drift']);
  expect(drift.out).not.toMatch(/outdated|unapplied|unresolved/);
  life.commit();
  expect((await life.run(UPDATE)).out).toContain('nothing to change');
});

test('every change comes with the reason that the template gives, new defaults with both values', async () => {
  const { exitCode, out } = await life.run([...UPDATE, '--dry-run', '--json']);
  expect(exitCode).toBe(0);
  const { files, defaults } = JSON.parse(out) as {
    files: { path: string; why?: string[] }[];
    defaults: unknown[];
  };
  const whyOf = (path: string) => files.find((file) => file.path === path)?.why;
  expect(whyOf('Makefile')).toEqual(['It says when it starts.']);
  expect(whyOf('docs/manual.txt')).toEqual(['Texts name their readers.']);
  expect(whyOf('new.txt')).toEqual(['The template gives no reason.']);
  // scaffold.yaml sets the other one.
  expect(defaults).toEqual([
    {
      setting: 'echo.times',
      was: '2',
      now: '3',
      version: '1.0.0',
      why: 'One echo in three was lost.',
    },
  ]);
  const text = await life.run([...UPDATE, '--dry-run']);
  expect(text.out).toMatch(/^ {2}It says when it starts\.\n {4}Makefile$/m);
  expect(text.out).toMatch(/^ {2}echo\.times +2 → 3 +One echo in three was lost\.$/m);
});

describe('a lock whose version alone was raised, as by a bot', () => {
  const raise = (version: string): void => {
    life.edit('.scaffold/lock.json', '"version": "0.0.9"', `"version": "${version}"`);
    life.commit();
  };

  test.each(['1.0.0', '1.0.1'])('to %s does not hide why files change', async (version) => {
    settle();
    raise(version);
    const { exitCode, out } = await life.run([...UPDATE, '--json']);
    expect(exitCode).toBe(0);
    const { files, notes, defaults } = JSON.parse(out) as {
      files: { path: string; why?: string[] }[];
      notes: string[];
      defaults: { setting: string }[];
    };
    const whyOf = (path: string) => files.find((file) => file.path === path)?.why;
    expect(whyOf('Makefile')).toContain('It says when it starts.');
    expect(whyOf('docs/manual.txt')).toEqual(['Texts name their readers.']);
    expect(whyOf('new.txt')).toEqual(['The template gives no reason.']);
    expect(out).not.toContain('scaffold.yaml asks for it.');
    expect(defaults.map(({ setting }) => setting)).toEqual(['echo.times']);
    expect(notes).toContainEqual(expect.stringContaining(`The lock names version ${version}`));
  });

  test('and what scaffold.yaml asks for is still told apart', async () => {
    settle();
    raise('1.0.0');
    life.edit('scaffold.yaml', '80ms', '90ms');
    life.commit();
    const { files } = JSON.parse((await life.run([...UPDATE, '--json'])).out) as {
      files: { path: string; why?: string[] }[];
    };
    expect(files.find(({ path }) => path === 'echo.txt')?.why).toEqual([
      'One echo in three was lost.',
      'scaffold.yaml asks for it.',
    ]);
  });

  test('drift gives the reasons too', async () => {
    settle();
    raise('1.0.0');
    const { exitCode, out } = await life.run(['drift']);
    expect(exitCode).toBe(1);
    expect(out).toContain('Why the template changed');
    expect(out).toContain('  It says when it starts.');
    expect(out).not.toContain('1.0.0 → 1.0.0');
  });
});

test('an update whose lock is right says nothing of that', async () => {
  settle();
  await life.run(UPDATE);
  life.commit();
  life.edit('scaffold.yaml', '80ms', '90ms');
  life.commit();
  const { files, notes } = JSON.parse((await life.run([...UPDATE, '--json'])).out) as {
    files: { path: string; why?: string[] }[];
    notes: string[];
  };
  expect(notes).toEqual([]);
  expect(files.find(({ path }) => path === 'echo.txt')?.why).toEqual([
    'scaffold.yaml asks for it.',
  ]);
});

test('a setting that has another name now is renamed where it stands', async () => {
  settle();
  expect((await life.run(['drift'])).err).toBe('');
  expect((await life.run(UPDATE)).exitCode).toBe(0);
  expect(life.read('scaffold.yaml')).toContain('  echo:\n    pause: 80ms # as the others\n');
  expect(life.read('echo.txt')).toMatch(/^echo 3 times, 80ms apart\n[^]*\nmine\n$/);
});

test('what scaffold.yaml asks for is told apart from what the template changed', async () => {
  settle();
  life.edit('scaffold.yaml', '80ms', '90ms');
  life.commit();
  const { out } = await life.run([...UPDATE, '--json']);
  const { files } = JSON.parse(out) as { files: { path: string; why: string[] }[] };
  expect(files.find(({ path }) => path === 'echo.txt')?.why).toEqual([
    'One echo in three was lost.',
    'scaffold.yaml asks for it.',
  ]);
});

test('what people edited and the template dropped is kept, and somebody must decide', async () => {
  const { exitCode, out } = await life.run(UPDATE);
  expect(exitCode).toBe(3);
  expect(out).toContain('old-edited.txt');
  expect(life.read('old-edited.txt')).toContain('ours');
  rmSync(join(life.root, 'old-edited.txt.scaffold-deleted'));
  expect((await life.run(['update', '--continue'])).exitCode).toBe(0);
  expect(life.read('old-edited.txt')).toContain('ours');
});

test('a file that became binary keeps its bytes, the template lies beside it', async () => {
  settle();
  writeFileSync(join(life.root, 'tool.sh'), Buffer.from([0, 255, 1, 13, 10, 2]));
  life.commit();
  const bytes = life.snapshot().get('tool.sh');
  const { exitCode, out } = await life.run(UPDATE);
  expect(exitCode).toBe(3);
  expect(out).toContain('it is no text');
  expect(life.snapshot().get('tool.sh')).toBe(bytes);
  expect(life.read('tool.sh.scaffold-new')).toContain('theirs');
  expect((await life.run(['update', '--abort'])).exitCode).toBe(0);
  expect(life.has('tool.sh.scaffold-new')).toBe(false);
  expect(life.snapshot().get('tool.sh')).toBe(bytes);
});

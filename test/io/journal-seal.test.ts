import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { contentId } from '../../src/io/content-id.js';
import {
  abortProject,
  continueProject,
  readUnfinished,
  repairProject,
  writeProject,
} from '../../src/io/transaction.js';
import { snapshot, writeTree } from '../support/snapshot.js';

let folder: string;
let root: string;
let state: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'scaffold seal '));
  root = join(folder, 'project');
  state = join(folder, 'state');
  vi.stubEnv('XDG_STATE_HOME', state);
  writeTree(root, { 'main.go': 'mine\n', '.scaffold/lock.json': '{}\n' });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const command = { command: 'scaffold update' };
const idOf = (text: string): string => contentId(Buffer.from(text));
const at = (...path: string[]): string => join(root, '.scaffold/run', ...path);

/** A run that is left in the middle: it waits, its file written and its lock not. */
async function interrupt(): Promise<void> {
  const write = (path: string, content: string, before: string) =>
    ({ kind: 'write', path, content, mode: '644', before: { id: idOf(before) } }) as const;
  await writeProject({
    root,
    ...command,
    changes: [write('main.go', 'theirs\n', 'mine\n')],
    record: [write('.scaffold/lock.json', '{"lock":2}\n', '{}\n')],
    pause: ['main.go'],
  });
}

/** A journal as an attacker packs it: it replaces what is there by what lies in `old`. */
function plant(more: object = {}): void {
  const journal = {
    journalVersion: 2,
    command: 'scaffold update',
    steps: [
      { kind: 'write', path: 'main.go', before: idOf('evil\n'), after: idOf('mine\n') },
      { kind: 'write', path: '.scaffold/lock.json', before: null, after: idOf('{}\n') },
    ],
    recordFrom: 1,
    folders: [],
    pause: null,
    repository: false,
    seal: { kind: 'mac', value: '0'.repeat(64) },
    ...more,
  };
  writeTree(root, {
    '.scaffold/run/journal.json': `${JSON.stringify(journal)}\n`,
    '.scaffold/run/old/0': 'evil\n',
    '.scaffold/run/new/1': '{}\n',
    '.scaffold/run/undo': '',
  });
}

async function expectRefused(message: string | RegExp): Promise<void> {
  const before = snapshot(root);
  const refused = expect.objectContaining({ code: 'journal-unknown', exitCode: 2 }) as Error;
  for (const attempt of [
    () => writeProject({ root, ...command, changes: [], record: [lockChange()] }),
    () => repairProject(root, command),
    () => continueProject(root, command),
    async () => await Promise.resolve(readUnfinished(root)),
  ]) {
    const error = await attempt().catch((thrown: unknown) => thrown);
    expect(error).toEqual(refused);
    expect((error as Error).message).toMatch(message);
    expect((error as { hint: string }).hint).toContain('update --abort');
  }
  expect(snapshot(root)).toEqual(before);
}

function lockChange() {
  const before = { id: idOf(readFileSync(join(root, '.scaffold/lock.json'), 'utf8')) };
  return {
    kind: 'write',
    path: '.scaffold/lock.json',
    content: 'x',
    mode: '644',
    before,
  } as const;
}

describe('a journal', () => {
  it('of this person is believed, wherever the project went; the key is theirs only', async () => {
    await interrupt();
    expect(statSync(join(state, 'meshwright/journal.key')).mode & 0o777).toBe(0o600);
    cpSync(root, `${root}-moved`, { recursive: true });
    expect(readUnfinished(`${root}-moved`)?.stage).toBe('waiting');
    await abortProject(root, command);
    expect(readFileSync(join(root, 'main.go'), 'utf8')).toBe('mine\n');
  });

  it('of somebody else is neither replayed nor deleted', async () => {
    plant();
    await expectRefused(/was not made by you with this tool/);
    vi.stubEnv('XDG_STATE_HOME', join(folder, 'another person'));
    await expectRefused(/was not made by you/);
  });

  it.each([
    ['a changed step', (text: string) => text.replace('"main.go"', '"other.go"')],
    ['another command', (text: string) => text.replace(/"command":"[^"]*"/, '"command":"x"')],
    [
      'another seal',
      (text: string) => text.replace(/"value":"[0-9a-f]{64}"/, `"value":"${'0'.repeat(64)}"`),
    ],
    [
      'the place in place of the MAC',
      (text: string) => {
        const { uid, ino } = statSync(at(), { bigint: true });
        return text.replace(
          /"seal":\{.*\}\}/,
          `"seal":{"kind":"place","owner":"${uid}","inode":"${ino}"}}`,
        );
      },
    ],
  ])('with %s is not believed', async (_name, change) => {
    await interrupt();
    const text = readFileSync(at('journal.json'), 'utf8');
    const changed = change(text);
    expect(changed).not.toBe(text);
    writeFileSync(at('journal.json'), changed);
    await expectRefused(/was not made by you/);
  });

  it('is not believed with a key that others can read', async () => {
    await interrupt();
    chmodSync(join(state, 'meshwright/journal.key'), 0o644);
    await expectRefused(/was not made by you/);
  });

  it.each(['', 'relative'])('without a state folder (%j) is known by its place', async (none) => {
    vi.stubEnv('XDG_STATE_HOME', none);
    vi.stubEnv('HOME', '');
    await interrupt();
    expect(readUnfinished(root)?.stage).toBe('waiting');
    cpSync(root, `${root}-copy`, { recursive: true });
    expect(() => readUnfinished(`${root}-copy`)).toThrow(/was not made by you/);
    expect((await continueProject(root, command)).state).toBe('done');
  });

  it('of 0.1.0 says how to end it', async () => {
    plant({ journalVersion: 1, seal: undefined });
    await expectRefused(/is of meshwright 0\.1\.0/);
  });
});

describe('--abort of a journal of unknown origin', () => {
  it('copies every file aside before, and then puts back what is named', async () => {
    plant();
    const { state: reached, saved } = await abortProject(root, command);
    expect(reached).toBe('undone');
    expect(saved).toContainEqual({ path: 'main.go', copy: 'main.go.scaffold-saved' });
    expect(readFileSync(join(root, 'main.go.scaffold-saved'), 'utf8')).toBe('mine\n');
    expect(readFileSync(join(root, 'main.go'), 'utf8')).toBe('evil\n');
    expect(existsSync(at())).toBe(false);
  });

  it('puts no link in place, and does not need the mark of a run', async () => {
    plant();
    rmSync(at('old/0'));
    rmSync(at('undo'));
    symlinkSync('/etc/hostname', at('old/0'));
    await abortProject(root, command);
    expect(readFileSync(join(root, 'main.go'), 'utf8')).toBe('mine\n');
  });
});

describe('what came with the folder', () => {
  it.each(['.gitignore', 'undo', 'undoing', 'journal.json.part'])(
    'a link as %s of the run is not written through',
    async (name) => {
      mkdirSync(at(), { recursive: true });
      writeFileSync(join(folder, 'outside'), 'theirs\n');
      symlinkSync(join(folder, 'outside'), at(name));
      await interrupt();
      expect(readFileSync(join(folder, 'outside'), 'utf8')).toBe('theirs\n');
    },
  );

  const odd: Readonly<Record<string, (path: string) => void | Promise<void>>> = {
    'a pipe': (path) => void spawnSync('mkfifo', [path]),
    'a folder': (path) => mkdirSync(path),
    'a socket': async (path) => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(path, resolve));
      // Closing would remove it.
      server.unref();
    },
    'a large file': (path) => writeFileSync(path, Buffer.alloc(80 * 1_024 * 1_024)),
  };
  const places = Object.entries(odd).flatMap(([what, put]) =>
    ['lock', 'journal.json'].map((name) => ({ what, put, name })),
  );
  it.each(places)('$what as $name: exit 2, at once', async ({ put, name }) => {
    // The path of a socket has little room.
    const short = mkdtempSync(join(tmpdir(), 'w-'));
    try {
      mkdirSync(join(short, '.scaffold/run'), { recursive: true });
      await put(join(short, '.scaffold/run', name));
      for (const attempt of [repairProject, abortProject, continueProject]) {
        await expect(attempt(short, command)).rejects.toMatchObject({ exitCode: 2 });
      }
    } finally {
      rmSync(short, { recursive: true, force: true });
    }
  });
});

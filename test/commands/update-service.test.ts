import { chmodSync, cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { diffIndices } from 'node-diff3';
import { describe, expect, test } from 'vitest';

import { readCatalog } from '../../src/io/catalog.js';
import { composeTree } from '../../src/stages/compose-service.js';
import { unexplained } from '../../src/stages/explain-update.js';
import { mergeContents } from '../../src/stages/merge/merge-contents.js';
import { openLife, type Life } from '../support/life.js';

/**
 * Services as the released 0.1.0 wrote them, with the edits that people make, brought to today's templates. What
 * changed since is not listed here: it is found by comparing the fixture with what the catalog renders. The bases
 * of a fixture are its own files, so that it holds each text once.
 */
const catalog = readCatalog(process.cwd());
const UPDATE = ['update', '--no-verify'];
const fixtures = join(import.meta.dirname, '../fixtures/update');

type Lock = { readonly files: readonly { path: string; id: string; ownership: string }[] };

function openOld(language: string): Life {
  const root = mkdtempSync(join(tmpdir(), 'update-'));
  cpSync(join(fixtures, `${language}-0.1.0`), root, { recursive: true });
  const life = openLife(root, catalog);
  for (const { path, id, ownership } of filesIn(life)) {
    if (ownership !== 'seeded') life.write(`.scaffold/base/${id}`, life.read(path));
  }
  life.git('init', '--quiet');
  life.git('config', 'core.autocrlf', 'false');
  life.commit();
  return life;
}

function filesIn(life: Life): Lock['files'] {
  return (JSON.parse(life.read('.scaffold/lock.json')) as Lock).files;
}

/** What today's templates write for the fixture's scaffold.yaml. */
function today(life: Life): Map<string, string> {
  const { tree } = composeTree(life.read('scaffold.yaml'), catalog);
  return new Map([...tree].map(([path, { text }]) => [path, text]));
}

/** A file with what people put into it. */
type Edit = { readonly path: string; readonly ours: string; readonly expected: string };

/**
 * A line of people's own, put where the templates changed nothing near.
 *
 * @returns undefined when no three lines in a row stayed as they were
 */
function insertOurs(path: string, old: string, next: string): Edit | undefined {
  const [before, after] = [old.split('\n'), next.split('\n')];
  const changed = diffIndices(before, after);
  // Imports are merged as sets, in an order that need not be the template's.
  const isImport = (line: string): boolean => /^import\b|^\t(?:\w+ )?"[^"]+"$/.test(line);
  const isChanged = ({ buffer1Content, buffer2Content }: (typeof changed)[number]): boolean =>
    [...buffer1Content, ...buffer2Content].some(isImport);
  if (changed.some(isChanged)) return undefined;
  for (let line = before.length - 4; line >= 3; line -= 1) {
    const isNear = changed.some(
      ({ buffer1: [start, length] }) => line > start - 3 && line < start + length + 3,
    );
    if (isNear) continue;
    const shift = changed
      .filter(({ buffer1: [start] }) => start < line)
      .reduce((sum, { buffer1, buffer2 }) => sum + buffer2[1] - buffer1[1], 0);
    const put = (lines: readonly string[], at: number): string =>
      [...lines.slice(0, at), '# Ours.', ...lines.slice(at)].join('\n');
    return { path, ours: put(before, line), expected: put(after, line + shift) };
  }
  return undefined;
}

/** People and the templates both changed a line: undefined when a merge by structure can settle it. */
function clashOurs(path: string, old: string, next: string): Edit | undefined {
  const lines = old.split('\n');
  for (const { buffer1, buffer2 } of diffIndices(lines, next.split('\n'))) {
    if (buffer1[1] === 0 || buffer2[1] === 0) continue;
    const ours = lines.map((line, at) => (at === buffer1[0] ? `${line} Ours.` : line)).join('\n');
    const { conflicts } = mergeContents(path, { base: old, ours, theirs: next });
    if (conflicts.length > 0) return { path, ours, expected: 'settled\n' };
  }
  return undefined;
}

/** Files that people move, delete and check out on Windows, by language; whether or not a template changed them. */
const people: Readonly<
  Record<
    string,
    {
      readonly moved: readonly [from: string, to: string];
      readonly deleted: string;
      readonly windows: string;
    }
  >
> = {
  go: {
    moved: ['internal/httpapi/items.go', 'internal/httpapi/goods.go'],
    deleted: 'internal/retry/retry_test.go',
    windows: 'internal/upstream/inventory_client.go',
  },
  typescript: {
    moved: ['test/failures.test.ts', 'test/ours/failures.test.ts'],
    deleted: 'test/auth/keys.test.ts',
    windows: 'src/config/jwt.ts',
  },
};

/** Merged by what they declare, so that a line of another kind has no place in them. */
const DEPENDENCIES = ['go.mod', 'go.sum', 'package.json', 'package-lock.json'];
/** Changed by the templates in both languages; people put something there that is no text. */
const BINARY = '.github/workflows/ci.yml';
const bytes = Buffer.from([0, 255, 13, 10, 1]);

describe.each(Object.entries(people))('a %s service of 0.1.0', (language, edits) => {
  const { moved, deleted, windows } = edits;

  test('that nobody edited becomes what `new` writes today', async () => {
    const life = openOld(language);
    const { exitCode, err } = await life.run(UPDATE);
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
    expect(filesOf(life)).toEqual(today(life));
  });

  test('every file that an update changes comes with a reason', async () => {
    const life = openOld(language);
    const { out } = await life.run([...UPDATE, '--dry-run', '--json']);
    const { files } = JSON.parse(out) as { files: { path: string; why?: string[] }[] };
    const next = today(life);
    const ids = new Map(filesIn(life).map(({ path }) => [path, life.read(path)]));
    const changed = [...new Set([...next.keys(), ...ids.keys()])].filter(
      (path) => next.get(path) !== ids.get(path),
    );
    expect(changed).toContain(BINARY);
    expect(files.map(({ path }) => path).sort()).toEqual(changed.sort());
    const without = files.filter(
      ({ why = [] }) => why.length === 0 || why.some((reason) => reason === unexplained),
    );
    // Say why under `changes:` in the manifest of the capability or the language (CONTRIBUTING.md).
    expect(without.map(({ path }) => path)).toEqual([]);
  });

  test('a record of format 1 is read as it is: what is outdated is reported, the format never', async () => {
    const life = openOld(language);
    const before = life.snapshot();
    const { out, err, exitCode } = await life.run(['drift', '--json']);
    const { repos } = JSON.parse(out) as {
      repos: { version: { recorded: string }; files: { path: string; status: string }[] }[];
    };
    expect({ err, exitCode }).toEqual({ err: '', exitCode: 1 });
    expect(repos[0]?.version.recorded).toBe('0.1.0');
    const next = today(life);
    const outdated = [...next].flatMap(([path, text]) => {
      if (!life.has(path)) return [path];
      return life.read(path) === text ? [] : [path];
    });
    expect(repos[0]?.files.map(({ path, status }) => `${status} ${path}`).sort()).toEqual(
      outdated.map((path) => `outdated ${path}`).sort(),
    );
    const preview = JSON.parse((await life.run(['update', '--dry-run', '--json'])).out) as {
      files: { path: string; action: string }[];
    };
    const written = preview.files.filter(({ action }) => action !== 'kept');
    expect(written.map(({ path }) => path).sort()).toEqual(outdated.sort());
    expect(life.snapshot()).toEqual(before);
  });

  test('that people edited has the changes of both', async () => {
    const life = openOld(language);
    const next = today(life);
    const own = new Set([...moved, deleted, windows, BINARY, 'scaffold.yaml', ...DEPENDENCIES]);
    const open = filesIn(life).filter(
      ({ path, ownership }) => ownership !== 'seeded' && !own.has(path) && next.has(path),
    );
    const sides = open.map(({ path }) => [path, life.read(path), next.get(path) ?? ''] as const);
    // One at the most: a conflict is the same in each.
    const clash = sides
      .filter(([, old, now]) => old !== now)
      .flatMap((side) => clashOurs(...side) ?? [])[0];
    const inserted = sides
      .filter(([path]) => path !== clash?.path)
      .flatMap((side) => insertOurs(...side) ?? []);
    expect(inserted.length).toBeGreaterThan(20);

    for (const { path, ours } of [...inserted, ...(clash === undefined ? [] : [clash])]) {
      life.write(path, ours);
    }
    life.write(moved[1], life.read(moved[0]));
    rmSync(join(life.root, moved[0]));
    rmSync(join(life.root, deleted));
    life.write(windows, life.read(windows).replaceAll('\n', '\r\n'));
    writeFileSync(join(life.root, BINARY), bytes);
    chmodSync(join(life.root, 'Makefile'), 0o755);
    life.commit();

    const before = life.snapshot();
    const updated = await life.run([...UPDATE, '--json']);
    expect(updated.exitCode).toBe(3);
    const { files } = JSON.parse(updated.out) as { files: { path: string; action: string }[] };
    const conflicts = files.flatMap(({ path, action }) => (action === 'conflict' ? [path] : []));
    expect(conflicts.sort()).toEqual([BINARY, ...(clash === undefined ? [] : [clash.path])].sort());
    expect(files).toContainEqual(expect.objectContaining({ path: deleted, action: 'kept' }));
    expect(life.read('.scaffold/lock.json')).toContain('"version": "0.1.0"');

    expect((await life.run(['update', '--abort'])).exitCode).toBe(0);
    expect(life.snapshot()).toEqual(before);

    expect((await life.run(UPDATE)).exitCode).toBe(3);
    if (clash !== undefined) {
      expect(life.read(clash.path)).toMatch(/^<{7} yours\n[^]* Ours\.\n[^]*\n>{7} template$/m);
      life.write(clash.path, clash.expected);
      expect((await life.run(['update', '--continue'])).exitCode).toBe(3);
    }
    rmSync(join(life.root, `${BINARY}.scaffold-new`));
    expect((await life.run(['update', '--continue'])).exitCode).toBe(0);

    const expected = new Map(next);
    for (const edit of [...inserted, ...(clash === undefined ? [] : [clash])]) {
      expected.set(edit.path, edit.expected);
    }
    expected.set(moved[1], expected.get(moved[0]) ?? '');
    expected.delete(moved[0]);
    expected.delete(deleted);
    expected.set(windows, (expected.get(windows) ?? '').replaceAll('\n', '\r\n'));
    expected.set(BINARY, bytes.toString('latin1'));
    const sorted = [...expected].sort(([a], [b]) => (a < b ? -1 : 1));
    expect(filesOf(life)).toEqual(new Map(sorted));
    expect(life.snapshot().get('Makefile')).toMatch(/^755 /);
    expect((await life.run(['drift'])).out).not.toMatch(/outdated|unapplied|unresolved/);
    life.commit();
    expect((await life.run(UPDATE)).out).toContain('nothing to change');
  });
});

function filesOf(life: Life): Map<string, string> {
  return new Map(
    [...life.snapshot()].flatMap(([path, file]) =>
      path.startsWith('.scaffold/')
        ? []
        : [[path, path === BINARY ? file.slice('644 '.length) : life.read(path)] as const],
    ),
  );
}

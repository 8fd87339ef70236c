import { chmodSync, cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { readCatalog } from '../../src/io/catalog.js';
import { composeTree } from '../../src/stages/compose-service.js';
import { openLife, type Life } from '../support/life.js';

/**
 * Services as the templates of 0.0.9 wrote them, with the edits that people make, brought to today's
 * templates. The bases of a fixture are its own files, so that it holds each text once.
 */
const catalog = readCatalog(process.cwd());
const UPDATE = ['update', '--no-verify'];
const fixtures = join(import.meta.dirname, '../fixtures/update');

type Lock = { readonly files: readonly { path: string; id: string; ownership: string }[] };

function openOld(language: string): Life {
  const root = mkdtempSync(join(tmpdir(), 'update-'));
  cpSync(join(fixtures, `${language}-0.0.9`), root, { recursive: true });
  const life = openLife(root, catalog);
  const { files } = JSON.parse(life.read('.scaffold/lock.json')) as Lock;
  for (const { path, id, ownership } of files) {
    if (ownership !== 'seeded') life.write(`.scaffold/base/${id}`, life.read(path));
  }
  life.git('init', '--quiet');
  life.git('config', 'core.autocrlf', 'false');
  life.commit();
  return life;
}

/** What people did, each where the templates changed something else or, twice, the same. */
type Edits = {
  /** Text put in behind another. */
  readonly inserted: readonly (readonly [path: string, behind: string, text: string])[];
  readonly moved: readonly [from: string, to: string];
  readonly deleted: string;
  readonly windows: string;
  /** A line that the template changes as well. */
  readonly clash: readonly [path: string, line: string];
};

const README = ['README.md', '# orders\n', '\nOurs.\n'] as const;
const MANIFEST = ['deploy/base/deployment.yaml', 'kind: Deployment\n', '# Ours.\n'] as const;
/** Changed by the template in both languages; people put something there that is no text. */
const BINARY = '.github/workflows/ci.yml';

const people: Readonly<Record<string, Edits>> = {
  go: {
    inserted: [
      README,
      MANIFEST,
      ['cmd/orders/main.go', 'func main() {\n', '\t// Ours.\n'],
      ['go.mod', 'require (\n', '\tgithub.com/google/uuid v1.6.0\n'],
      ['internal/config/config.go', 'type Config struct {\n', '\t// Ours.\n'],
      ['internal/httpapi/api.go', 'package httpapi\n', '\n// Ours.\n'],
      ['internal/httpapi/items.go', 'package httpapi\n', '\n// Ours.\n'],
    ],
    moved: ['internal/httpapi/items.go', 'internal/httpapi/goods.go'],
    deleted: 'internal/retry/retry_test.go',
    windows: 'internal/upstream/inventory_client.go',
    clash: ['internal/httpapi/middleware.go', '"handler panicked"'],
  },
  typescript: {
    inserted: [
      README,
      MANIFEST,
      ['package.json', '"dependencies": {\n', '    "left-pad": "1.3.0",\n'],
      ['src/app.ts', 'addFailures(app);\n', '  // Ours.\n'],
      ['src/config.ts', 'const config = {\n', '    // Ours.\n'],
      ['src/server.ts', "from 'node:events';\n", '// Ours.\n'],
      ['src/upstream/item-route.ts', "from 'zod';\n", '// Ours.\n'],
    ],
    moved: ['test/failures.test.ts', 'test/ours/failures.test.ts'],
    deleted: 'test/auth/keys.test.ts',
    windows: 'src/config/jwt.ts',
    clash: ['src/main.ts', 'keys: await fetchKeys(config.jwt.jwksUri),'],
  },
};

function edit(life: Life, { inserted, moved, deleted, windows, clash }: Edits): void {
  for (const [path, behind, text] of inserted) life.edit(path, behind, behind + text);
  life.edit(...clash, `${clash[1]} /* ours */`);
  life.write(moved[1], life.read(moved[0]));
  rmSync(join(life.root, moved[0]));
  rmSync(join(life.root, deleted));
  life.write(windows, life.read(windows).replaceAll('\n', '\r\n'));
  writeFileSync(join(life.root, BINARY), bytes);
  chmodSync(join(life.root, 'Makefile'), 0o755);
  life.commit();
}

const bytes = Buffer.from([0, 255, 13, 10, 1]);

describe.each(Object.entries(people))('a %s service of 0.0.9', (language, edits) => {
  const { inserted, moved, deleted, windows, clash } = edits;

  test('that nobody edited becomes what `new` writes today', async () => {
    const life = openOld(language);
    const { exitCode, err } = await life.run(UPDATE);
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
    const { tree } = composeTree(life.read('scaffold.yaml'), catalog);
    expect(filesOf(life)).toEqual(new Map([...tree].map(([path, { text }]) => [path, text])));
  });

  test('that people edited has the changes of both', async () => {
    const life = openOld(language);
    edit(life, edits);
    const before = life.snapshot();
    const updated = await life.run([...UPDATE, '--json']);
    expect(updated.exitCode).toBe(3);
    const { files } = JSON.parse(updated.out) as { files: { path: string; action: string }[] };
    const conflicts = files.flatMap(({ path, action }) => (action === 'conflict' ? [path] : []));
    expect(conflicts.sort()).toEqual([BINARY, clash[0]].sort());
    expect(files).toContainEqual(expect.objectContaining({ path: deleted, action: 'kept' }));
    expect(life.read('.scaffold/lock.json')).toContain('"version": "0.0.9"');

    expect((await life.run(['update', '--abort'])).exitCode).toBe(0);
    expect(life.snapshot()).toEqual(before);

    expect((await life.run(UPDATE)).exitCode).toBe(3);
    expect(life.read(clash[0])).toContain(`${clash[1]} /* ours */`);
    expect(life.read(clash[0])).toMatch(/^<{7} yours\n[^]+\n>{7} template$/m);
    life.write(clash[0], 'settled\n');
    expect((await life.run(['update', '--continue'])).exitCode).toBe(3);
    rmSync(join(life.root, `${BINARY}.scaffold-new`));
    expect((await life.run(['update', '--continue'])).exitCode).toBe(0);

    const expected = new Map(
      [...composeTree(life.read('scaffold.yaml'), catalog).tree].map(([path, { text }]) => [
        path,
        text,
      ]),
    );
    for (const [path, behind, text] of inserted) {
      const today = expected.get(path) ?? '';
      expect(today, path).toContain(behind);
      expected.set(path, today.replace(behind, behind + text));
    }
    expected.set(clash[0], 'settled\n');
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

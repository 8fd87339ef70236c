import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { contentId } from '../../src/io/content-id.js';
import { writeProject } from '../../src/io/transaction.js';
import { openLife, startLife } from '../support/life.js';
import { smallCatalog } from '../support/small-catalog.js';

test('`check --fix` after one that was killed leaves nothing behind, whatever it finds', async () => {
  const catalog = smallCatalog();
  const life = await startLife(catalog, ['--language', 'toy']);
  const rewrite = (path: string, content: string) =>
    ({
      kind: 'write',
      path,
      content,
      mode: '644',
      before: { id: contentId(Buffer.from(life.read(path))) },
    }) as const;
  const before = life.read('Makefile');
  // What is on disk at a moment is what a kill at that moment leaves.
  const copies: string[] = [];
  await writeProject({
    root: life.root,
    command: 'scaffold check --fix',
    changes: [rewrite('Makefile', 'fixed\n')],
    record: [rewrite('.scaffold/lock.json', life.read('.scaffold/lock.json'))],
    onStep: ({ phase }) => {
      if (phase === 'release') return;
      copies.push(mkdtempSync(join(tmpdir(), 'killed-')));
      cpSync(life.root, copies.at(-1) ?? '', { recursive: true, verbatimSymlinks: true });
    },
  });
  const results = new Set<string>();
  let left = 0;
  for (const root of copies) {
    const copy = openLife(root, catalog);
    // This process still runs; one that was killed does not.
    rmSync(join(root, '.scaffold/run/lock'), { force: true });
    if (copy.has('.scaffold/run')) left += 1;
    expect(await copy.run(['check', '--fix'])).toMatchObject({ exitCode: 0, err: '' });
    expect(existsSync(join(root, '.scaffold/run'))).toBe(false);
    results.add(copy.read('Makefile'));
  }
  expect(left).toBeGreaterThan(5);
  expect([...results].sort()).toEqual([before, 'fixed\n'].sort());
});

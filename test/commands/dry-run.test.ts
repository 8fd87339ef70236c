import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import fc from 'fast-check';
import { expect, test } from 'vitest';

import { readCatalog } from '../../src/io/catalog.js';
import { openLife, startLife, type Life } from '../support/life.js';

/**
 * What `--dry-run` prints is what the run then does: git applies the diffs to a copy, and the copy and the repo
 * are the same, to the byte and the mode. The seed is printed; `SEED=…` repeats it.
 */
const catalog = readCatalog(process.cwd());
const ids = catalog.capabilities.map(({ id }) => id);
const languages = catalog.languages.map(({ language }) => language);
const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const RUNS = Number(process.env['FUZZ_RUNS'] ?? 10);

const edits = fc.array(
  fc.record({
    kind: fc.constantFrom('insert', 'insert', 'crlf', 'mode', 'delete', 'no newline'),
    file: fc.nat(),
    line: fc.nat(),
  }),
  { maxLength: 12 },
);

const cases = fc.record({
  language: fc.constantFrom(...languages),
  present: fc.subarray(ids),
  change: fc.oneof(
    fc.nat().map((index) => ids[index % ids.length] ?? ''),
    fc.constant('upstream'),
  ),
  edits,
  /** As a checkout with autocrlf is. */
  windows: fc.boolean(),
});

type Case = typeof cases extends fc.Arbitrary<infer T> ? T : never;

function turnToWindows(life: Life): void {
  for (const path of life.snapshot().keys()) {
    if (!path.startsWith('.scaffold/')) life.write(path, life.read(path).replaceAll('\n', '\r\n'));
  }
}

function edit(life: Life, list: Case['edits']): void {
  const paths = [...life.snapshot().keys()].filter(
    (path) => !path.startsWith('.scaffold/') && path !== 'scaffold.yaml',
  );
  for (const { kind, file, line } of list) {
    const path = paths[file % paths.length] ?? '';
    if (!life.has(path)) continue;
    const text = life.read(path);
    const lines = text.split('\n');
    if (kind === 'insert')
      life.write(path, lines.toSpliced(line % lines.length, 0, 'x').join('\n'));
    if (kind === 'crlf') life.write(path, text.replaceAll(/\r?\n/g, '\r\n'));
    if (kind === 'no newline') life.write(path, text.trimEnd());
    if (kind === 'mode') chmodSync(join(life.root, path), 0o755);
    if (kind === 'delete') rmSync(join(life.root, path));
  }
  life.commit();
}

function commandOf({ present, change }: Case): string[] {
  if (change === 'upstream') {
    return ['add', 'upstream', 'stock=http://stock.shop.svc.cluster.local:8080'];
  }
  return [present.includes(change) ? 'remove' : 'add', 'capability', change];
}

test('git makes of the printed diffs what the run makes', async () => {
  console.info(`${RUNS} cases, SEED=${seed}`);
  const property = fc.asyncProperty(cases, async (one) => {
    const life = await startLife(catalog, [
      ...['--language', one.language],
      ...(one.present.length === 0 ? [] : ['--with', one.present.join(',')]),
      ...['--upstream', 'inventory=http://inventory.shop.svc.cluster.local:8080'],
    ]);
    if (one.windows) turnToWindows(life);
    edit(life, one.edits);
    const copy = openLife(`${life.root}-copy`, catalog);
    cpSync(life.root, copy.root, { recursive: true });
    const command = [...commandOf(one), '--no-verify'];
    const dry = await life.run([...command, '--dry-run', '--json']);
    expect({ exitCode: dry.exitCode, err: dry.err }).toEqual({ exitCode: 0, err: '' });
    const { diffs } = JSON.parse(dry.out) as { diffs: readonly string[] };
    execFileSync('git', ['apply', '--whitespace=nowarn', '-'], {
      cwd: copy.root,
      input: diffs.join(''),
    });
    const run = await life.run(command);
    // An edited manifest can compose no more: what the run says then, after it wrote.
    const isWritten = [0, 3].includes(run.exitCode) || /^Failed: layers compose /m.test(run.out);
    expect(isWritten ? '' : run).toBe('');
    expect(filesOf(copy)).toEqual(filesOf(life));
    expect((await life.run(['drift'])).out).not.toContain('error ');
  });
  // Without shrinking, whose many runs would end as a timeout that shows no case.
  await fc.assert(property, { numRuns: RUNS, seed, endOnFailure: true });
});

/** What is not the tool's own record. */
function filesOf(life: Life): ReadonlyMap<string, string> {
  return new Map([...life.snapshot()].filter(([path]) => !path.startsWith('.scaffold/')));
}

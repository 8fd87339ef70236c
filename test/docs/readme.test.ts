import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { run } from '../../src/commands/run.js';
import { loadBuiltinCatalog } from '../../src/io/builtin.js';
import { fakeHost } from '../support/host.js';
import { readSession, readmeColumns, readmeWords } from '../support/readme.js';

const catalog = loadBuiltinCatalog();
const hostAt = (cwd: string) => fakeHost({ cwd, catalog, columns: readmeColumns });

/** The first command runs Go: test/e2e/package.test.ts compares it. */
test('what README.md shows of a service is what the commands print', async () => {
  const [create, ...later] = readSession();
  const cwd = mkdtempSync(join(tmpdir(), 'readme-'));
  const words = [...(readmeWords(create!) ?? []), '--language', 'go', '--no-verify'];
  expect(await run(words, hostAt(cwd))).toBe(0);
  expect(later.length).toBeGreaterThan(3);

  const service = join(cwd, 'orders');
  for (const shown of later) {
    const argv = readmeWords(shown);
    const host = hostAt(service);
    if (argv === undefined) execFileSync('sh', ['-c', shown.typed], { cwd: service });
    else await run(argv, host);
    const real = leaveOut(host.out().trimEnd().split('\n'), shown.printed);
    expect(real.map(hideRuleCount), shown.typed).toEqual(
      argv === undefined ? [''] : shown.printed.map(hideRuleCount),
    );
  }
});

/** How many rules there are changes with each new one, and says nothing of what is shown. */
function hideRuleCount(line: string): string {
  return line.replace(/\d+ rules run, \d+ not/, 'N rules run, M not');
}

/** Real lines, with `…` for those that the README leaves out: between the line before and the one after. */
function leaveOut(real: readonly string[], shown: readonly string[]): string[] {
  const lines: string[] = [];
  let at = 0;
  for (const [index, line] of shown.entries()) {
    if (line.trim() !== '…') {
      lines.push(real[at] ?? '(nothing)');
      at += 1;
      continue;
    }
    lines.push(line);
    const next = shown[index + 1];
    at = next === undefined ? real.length : real.indexOf(next, at);
  }
  return at === real.length ? lines : [...lines, ...real.slice(at)];
}

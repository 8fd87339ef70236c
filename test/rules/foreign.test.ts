import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { describe, expect, test } from 'vitest';

import {
  readExpected,
  runForeign,
  type Expected,
  type ForeignRun,
} from '../support/foreign-case.js';
import { readFolder } from '../support/read-folder.js';

/** Manifests of other people: test/fixtures/foreign/README.md. */
const root = fileURLToPath(new URL('../fixtures/foreign', import.meta.url));
const cases = readdirSync(root, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

type Found = ForeignRun['document']['findings'][number];

/** What is expected as it should read, so that a failure shows both. */
function describeFound({ code, severity, target, locations: [at], message }: Found): string {
  return `${code} ${severity} ${target} ${at?.file}:${at?.line} ${message}`;
}

function isMeant(wanted: Expected['findings'][number], found: Found): boolean {
  const [at] = found.locations;
  return (
    wanted.code === found.code &&
    (wanted.severity === undefined || wanted.severity === found.severity) &&
    (wanted.target === undefined || wanted.target === found.target) &&
    (wanted.file === undefined || wanted.file === at?.file) &&
    (wanted.line === undefined || wanted.line === at?.line) &&
    (wanted.says === undefined || found.message.includes(wanted.says))
  );
}

describe.each(cases)('%s', (name) => {
  const folder = join(root, name);
  const expected = readExpected(folder);

  test('is judged as expected', async () => {
    const { exitCode, document, text, after } = await runForeign(folder, expected);
    const { findings, problems } = document;
    const shown = findings.map(describeFound);
    for (const wanted of expected.findings) {
      const met = findings.filter((found) => isMeant(wanted, found)).length;
      expect(met, `${JSON.stringify(wanted)} in\n${shown.join('\n')}`).toBe(wanted.times);
    }
    const named = new Set(expected.findings.map(({ code }) => code));
    const isUnwanted = ({ code }: Found) =>
      expected.absent.includes(code) || (expected.absent.includes('*') && !named.has(code));
    expect(findings.filter(isUnwanted).map(describeFound)).toEqual([]);
    const told = problems.map(({ file, line, message }) => `${file}:${line}: ${message}`);
    expect(told.length, told.join('\n')).toBe(expected.problems.length);
    for (const wanted of expected.problems) {
      const isTold = problems.some(
        ({ file, line, message }) =>
          (wanted.file === undefined || wanted.file === file) &&
          (wanted.line === undefined || wanted.line === line) &&
          message.includes(wanted.says ?? ''),
      );
      expect(isTold, `${JSON.stringify(wanted)} in\n${told.join('\n')}`).toBe(true);
    }
    for (const words of expected.text) expect(text).toContain(words);
    expect({ exitCode, shown, told }).toMatchObject({ exitCode: expected.exit });

    const before = readFolder(folder);
    const changed = [...after].filter(([path, content]) => before.get(path) !== content);
    const wanted = existsSync(join(folder, 'after')) ? readFolder(join(folder, 'after')) : [];
    expect(new Map(changed)).toEqual(new Map(wanted));
  });
});

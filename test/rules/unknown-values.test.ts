import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { describe, expect, test } from 'vitest';

import { checkProjects } from '../../src/project/check-project.js';
import { readFolder } from '../support/read-folder.js';
import { ruleCatalog } from '../support/rule-catalog.js';

/**
 * A value that is yet to be filled in (`${REPLICAS}`) is unknown: what is found then must be found whatever it is.
 * Each value of each rule's examples is taken away in turn.
 */
const root = fileURLToPath(new URL('.', import.meta.url));
const catalog = ruleCatalog();
const examples = readdirSync(root, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && /^[A-Z]/.test(entry.name))
  .flatMap(({ name }) => ['bad', 'good'].map((kind) => `${name}/${kind}`));

type Files = ReadonlyMap<string, string>;

/** Codes with what they are about; several values may lead to the same. */
function codesOf(files: Files): ReadonlySet<string> {
  const checked = checkProjects([{ files, catalog }]);
  const findings = checked.flatMap((project) => project.findings);
  for (const { code, message, fix } of findings)
    expect(`${code} ${message} ${fix}`).not.toMatch(/NaN|Infinity|undefined/);
  return new Set(findings.map(({ code }) => code));
}

const SCALAR = /(?<=\b[a-z][A-Za-z0-9]*: )(\d+(?:ms|s|m|h)?|true|false)(?=[ ,}\n])/g;

/** What may be meant instead. */
function samplesFor(value: string): readonly string[] {
  if (/^(?:true|false)$/.test(value)) return ['true', 'false'];
  return /[a-z]$/.test(value)
    ? ['1ms', '300ms', '1s', '7s', '1m', '1h']
    : ['0', '1', '2', '4', '50', '100', '9999'];
}

describe.each(examples)('%s', (example) => {
  const files = readFolder(join(root, example));
  const places = [...files].flatMap(([path, text]) =>
    path.endsWith('scaffold.yaml')
      ? []
      : [...text.matchAll(SCALAR)].map(({ index, 0: value }) => ({ path, index, value })),
  );

  test('an unknown value makes no finding that another value would not make', () => {
    const isWhole = ![...files.keys()].some((path) => /.\/scaffold\.yaml$/.test(path));
    if (!isWhole) return;
    for (const { path, index, value } of places) {
      const text = files.get(path) ?? '';
      const withValue = (other: string): Files =>
        new Map([
          ...files,
          [path, text.slice(0, index) + other + text.slice(index + value.length)],
        ]);
      let unsure: ReadonlySet<string> = codesOf(withValue('${X}'));
      for (const sample of [value, ...samplesFor(value)]) {
        if (unsure.size === 0) break;
        const found = codesOf(withValue(sample));
        const surplus = [...unsure].filter((code) => !found.has(code));
        const line = text.slice(0, index).split('\n').length;
        expect
          .soft(surplus, `${path}:${line} ${text.split('\n')[line - 1] ?? ''} with ${sample}`)
          .toEqual([]);
        unsure = new Set([...unsure].filter((code) => found.has(code)));
      }
    }
  });
});

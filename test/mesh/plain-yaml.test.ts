import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { placeOf } from '../../src/manifests/node.js';
import { readAnyDocuments, readWhole } from '../../src/manifests/read-documents.js';
import { readPlainYaml } from '../../src/manifests/plain-yaml.js';
import type { Node } from '../../src/manifests/yaml-node.js';

const generated = manifestsBelow('test/golden/go-all/tree/deploy');
const written = manifestsBelow('test/mesh/fixtures');

function manifestsBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.yaml'))
    .sort()
    .map((path) => readFileSync(join(folder, path), 'utf8'));
}

/** Values with their places, and keys in their order. */
function located(node: Node): unknown {
  const { line, column } = placeOf(node.spot);
  const at = `${line}:${column}`;
  if (node.kind === 'scalar') return [at, node.value];
  if (node.kind === 'list') return [at, ...node.items.map(located)];
  return [at, [...node.entries].map(([key, value]) => [key, located(value)])];
}

/** Both readers read the same, or the quick one leaves it to the other. */
function compare(text: string): void {
  if (readPlainYaml('x.yaml', text) === undefined) return;
  const file = { path: 'x.yaml', text };
  const [quick, whole] = [readWhole(file), readAnyDocuments(file)];
  expect(whole.problems).toEqual([]);
  expect(quick.documents.map(located)).toEqual(whole.documents.map(located));
}

test('what templates write is read the quick way', () => {
  for (const text of generated) expect(readPlainYaml('x.yaml', text)).toBeDefined();
});

test('manifests of people', () => {
  for (const text of written) compare(text);
});

describe('small ones', () => {
  test.each([
    'a: b\n',
    '# only a comment\n',
    '---\n---\na: 1\n---\nb: 2\n',
    'a:\nb:\n  c:\n',
    'a:\n- 1\n- x: 1\n  y: 2\nb: 3\n',
    'a:\n  - 1\n  -   x: 1\n      y: 2\n',
    'a: [] # c\nb: {}\nc: "d" # e\nd: \'f\'\n',
    'a: 1\nb: -1\nc: 1.5\nd: .5\ne: 1.\nf: 007\ng: 1e3\nh: 0x1f\ni: 1.2.3\nj: 100m\nk: +1\n',
    'a: true\nb: False\nc: ~\nd: null\ne: yes\nf: on\ng: y\n',
    'a: |\n  one\n\n  two\n\nb: 1\n',
    'a:\n  - |\n    one\n  # c\n  - two\n',
    'a: b # c\nd: e#f\ng: h:i\n',
    'a: b: c\n',
    'a: b\n  c\n',
    'a:\n  b\n',
    'a: 1\na: 2\n',
    'a: 1\n b: 2\n',
    'a:\n    b: 1\n  c: 2\n',
    'a: 1\n- b\n',
    '- a\n- b: 1\n',
    'a: "b\n',
    'a: "b"c\n',
    "a: 'b''c'\n",
    'a: "\\n"\n',
    'a: &b 1\nc: *b\n',
    'a:\tb\n',
    'a: b\r\n',
    'a: |\n  x\n y: 1\n',
    'a: |\n\n  x\n',
    'a: | # c\n  x\n',
    'a: >\n  x\n',
    'a: @b\n',
    'a: -\n',
    'a:b\n',
    'true: 1\n1: 2\n',
    '__proto__: 1\n',
    '... \n',
    '%YAML 1.2\n---\na: 1\n',
    'a: 1\n...\n',
    'kind: List\nitems:\n- kind: A\n- kind: B\n',
  ])('%j', compare);
});

/** Lines of manifests and of nothing in particular, deeper or shallower than they were. */
const pieces = [...generated, ...written].flatMap((text) => text.split('\n'));
const line = fc.oneof(
  fc.constantFrom(...pieces),
  fc.constantFrom('', '---', '...', '- ', '-', 'a:', '- a: 1', '- - b', 'a: |', '  # c', ' x', 'a'),
  fc.string({
    unit: fc.constantFrom(
      ...[
        ' ',
        '\t',
        'a',
        '-',
        ':',
        '#',
        '|',
        '>',
        '"',
        "'",
        '{',
        '}',
        '[',
        ']',
        '&',
        '*',
        '!',
        '%',
        '@',
        '1',
        '.',
        '\u00e9',
      ],
    ),
    maxLength: 8,
  }),
);

type Change = { readonly at: number; readonly by: number; readonly line: string | undefined };

function change(text: string, changes: readonly Change[]): string {
  const lines = text.split('\n');
  for (const { at, by, line: other } of changes) {
    const index = at % lines.length;
    const old = lines[index] ?? '';
    const shifted = by < 0 ? old.replace(new RegExp(`^ {0,${-by}}`), '') : ' '.repeat(by) + old;
    lines.splice(
      index,
      other === undefined && by === 0 ? 1 : 0,
      ...(other === undefined ? [] : [other]),
    );
    if (by !== 0) lines[index] = shifted;
  }
  return lines.join('\n');
}

test('a file with some lines moved, shifted, added or gone', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...generated, ...written),
      fc.array(
        fc.record({
          at: fc.nat(400),
          by: fc.constantFrom(0, 0, 1, 2, -1, -2),
          line: fc.option(line, { nil: undefined }),
        }),
        { minLength: 1, maxLength: 3 },
      ),
      (text, changes) => {
        compare(change(text, changes));
      },
    ),
    { numRuns: Number(process.env['PLAIN_YAML_RUNS'] ?? 1_000) },
  );
});

test('a few lines of any kind', () => {
  fc.assert(
    fc.property(fc.array(line, { maxLength: 8 }), (lines) => {
      compare(`${lines.join('\n')}\n`);
    }),
    { numRuns: Number(process.env['PLAIN_YAML_RUNS'] ?? 1_000) * 2 },
  );
});

import { readFileSync } from 'node:fs';

import { describe, expect, test } from 'vitest';

import { parseManifests } from '../../src/manifests/parse-manifests.js';
import { readAnyDocuments, readDocuments, readWhole } from '../../src/manifests/read-documents.js';
import { printYaml } from '../../src/manifests/print-yaml.js';
import { plainOf } from '../../src/manifests/yaml-node.js';

type Word = { readonly yaml: string } & (
  { readonly value: unknown } | { readonly refused: string }
);

/** What sigs.k8s.io/yaml 1.4.0, kubectl's reader, makes of each (`YAMLToJSON`). */
const words = JSON.parse(
  readFileSync('test/mesh/fixtures/words/kubectl.json', 'utf8'),
) as readonly Word[];

describe('words as kubectl reads them, by every reader', () => {
  test.each(words.map((word) => [word.yaml, word] as const))('%j', (text, word) => {
    const file = { path: 'x.yaml', text };
    const read = [readWhole(file), readAnyDocuments(file)];
    const { manifests, findings } = parseManifests(file);
    if ('refused' in word) {
      for (const { problems } of read) expect(problems).toHaveLength(1);
      expect(findings).toHaveLength(1);
    } else {
      for (const { documents, problems } of read) {
        expect(problems).toEqual([]);
        expect(documents.map(plainOf)).toEqual([word.value]);
      }
      expect(findings).toEqual([]);
      expect(manifests.map(({ value }) => value)).toEqual([word.value]);
    }
  });
});

test.each([
  ['a: *b\n', 'x.yaml:1:4 *b has no anchor &b before it.'],
  ['a: .inf\n', 'x.yaml:1:4 .inf is not a number that Kubernetes can hold.'],
  ['a: &x [*x]\n', 'x.yaml:1:1 Excessive alias count: more than 1000. Write the values out.'],
])('%j says what is wrong, and where', (text, wanted) => {
  const file = { path: 'x.yaml', text };
  const said = readDocuments(file).problems.map(
    ({ file: path, line, column, message }) => `${path}:${line}:${column} ${message}`,
  );
  expect(said).toEqual([wanted]);
  expect(parseManifests(file).findings.map(({ message }) => message)).toEqual([
    wanted.slice(wanted.indexOf(' ') + 1),
  ]);
});

test('many keys take time in proportion to the file', () => {
  const keys = (count: number): string =>
    `data: {${Array.from({ length: count }, (_, index) => `k${index}: 1`).join(', ')}}\n`;
  const measure = (text: string): number => {
    const start = performance.now();
    expect(readDocuments({ path: 'x.yaml', text }).problems).toEqual([]);
    return performance.now() - start;
  };
  measure(keys(2_000));
  // Ten times as many pairs of keys would be a hundred times as much to compare.
  expect(measure(keys(30_000)) / measure(keys(3_000))).toBeLessThan(40);
}, 30_000);

test('text that is a word to some reader is printed so that it stays text', () => {
  const texts = words.flatMap(({ yaml }) => /^a: ([^\s!&"'{[|>]+)\n$/.exec(yaml)?.[1] ?? []);
  expect(texts.length).toBeGreaterThan(150);
  // As a key, << merges: nothing that is written has it.
  for (const text of texts.filter((each) => each !== '<<')) {
    for (const style of ['block', 'flow'] as const) {
      const printed = printYaml({ a: text, [text]: 1 }, { collectionStyle: style });
      const { documents } = readAnyDocuments({ path: 'x.yaml', text: printed });
      expect(documents.map(plainOf)).toEqual([{ a: text, [text]: 1 }]);
    }
  }
});

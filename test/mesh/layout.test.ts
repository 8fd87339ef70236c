import { readFileSync } from 'node:fs';

import { describe, expect, test } from 'vitest';

import { placeOf } from '../../src/manifests/node.js';
import { readAnyDocuments, readDocuments, readWhole } from '../../src/manifests/read-documents.js';
import { plainOf, type Node } from '../../src/manifests/yaml-node.js';

/** `differs`: on purpose, mostly because what kubectl refuses can be read. */
type Row = { readonly name: string; readonly text: string; readonly differs?: true } & (
  { readonly documents: readonly unknown[] } | { readonly refused: string }
);

/** What `NewYAMLOrJSONDecoder` of k8s.io/apimachinery 0.37.2, by which kubectl reads files, makes of each. */
const rows = JSON.parse(
  readFileSync('test/mesh/fixtures/layout/kubectl.json', 'utf8'),
) as readonly Row[];

const read = (text: string, reader = readWhole) => {
  const { documents, problems } = reader({ path: 'x.yaml', text });
  const values = documents.map(plainOf).filter((value) => value !== null);
  return { values, problems: problems.map(({ line, message }) => `${line}: ${message}`) };
};

describe('documents as kubectl reads them', () => {
  test.each(rows.map((row) => [row.name, row] as const))('%s', (_, row) => {
    const { values, problems } = read(row.text);
    const isSame =
      'refused' in row
        ? problems.length > 0
        : problems.length === 0 &&
          JSON.stringify(sorted(values)) === JSON.stringify(sorted(row.documents));
    expect({ isSame, values, problems }).toMatchObject({ isSame: row.differs !== true });
    expect(read(row.text, readAnyDocuments)).toEqual({ values, problems });
  });
});

/** Go prints maps sorted. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}

const placesOf = (node: Node): string[] => {
  const { line, column } = placeOf(node.spot);
  const inner =
    node.kind === 'map' ? [...node.entries.values()] : node.kind === 'list' ? node.items : [];
  return [`${line}:${column}`, ...inner.flatMap(placesOf)];
};

test.each([
  ['quoted, left of its key', "a:\n    b: 'one\n  two'\nc: 1\n", ['1:1', '1:1', '2:5', '4:1']],
  [
    'flow at the left',
    'a: {\nb: 1,\n\tc: [\n2] }\nd: 3\n',
    ['1:1', '1:1', '2:1', '3:2', '4:1', '5:1'],
  ],
  [
    'a second document',
    'a: 1\n---\n# note\nb: 2\n---\nc: {d: 3}\n',
    ['1:1', '1:1', '4:1', '4:1', '6:1', '6:1', '6:5'],
  ],
  [
    'JSON',
    '{\n "a": 1,\n "b": [\n  {"c": 2}\n ]\n}\n{"d": 3}\n',
    ['1:1', '2:2', '3:2', '4:3', '4:4', '7:1', '7:2'],
  ],
  [
    'a mark at the begin of a part',
    'a: 1\n---\n\ufeffb: 2\nc: 3\n',
    ['1:1', '1:1', '3:1', '3:1', '4:1'],
  ],
])('values keep their places: %s', (_, text, places) => {
  const { documents, problems } = readWhole({ path: 'x.yaml', text });
  expect(problems).toEqual([]);
  expect(documents.flatMap(placesOf)).toEqual(places);
});

describe('variables that are not filled in yet', () => {
  test.each([
    ['a: ${X}\n', { a: '${X}' }],
    ['a: { b: ${X:-1, 2}, c: 1 }\n', { a: { b: '${X:-1, 2}', c: 1 } }],
    [
      'a: {{ .Values.a }}\nb: {{ .Values.b | default "x: y" }} # c\n',
      { a: '{{ .Values.a }}', b: '{{ .Values.b | default "x: y" }}' },
    ],
    ['a: [{{ a }}, "{{ b }}"]\n', { a: ['{{ a }}', '{{ b }}'] }],
    ['a: "say \\"{{ x }}\\""\nb: |\n  {{ y }}\n', { a: 'say "{{ x }}"', b: '{{ y }}\n' }],
  ])('%j', (text, value) => {
    expect(read(text)).toEqual({ values: [value], problems: [] });
  });
});

describe('one file, one problem', () => {
  test.each([
    [
      'a Go template',
      'a: 1\n{{- if .Values.x }}\nb: 2\n{{- end }}\n',
      /^2: A Go template .* is not YAML until it is rendered\.$/,
    ],
    ['many mistakes', 'a: [\nb: ]]\nc: }\n', /^2: .* \(and \d+ more\)\.$/],
  ])('%s', (_, text, message) => {
    const { problems } = read(text);
    expect(problems).toEqual([expect.stringMatching(message) as unknown]);
  });

  test('the other documents are read', () => {
    const text = 'a: 1\n---\nb: }\n---\n{{ x }}\n  {{ y }}: [\n---\nc: 3\n';
    expect(read(text)).toEqual({
      values: [{ a: 1 }, { c: 3 }],
      problems: [expect.stringMatching(/^3: .*\(and 1 more\)/) as unknown],
    });
  });
});

const pod = (name: string) => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name } });
const podsOf = (text: string) =>
  read(text, readDocuments).values.map((value) => (value as ReturnType<typeof pod>).metadata.name);

describe('objects', () => {
  const [a, b, c] = [pod('a'), pod('b'), pod('c')].map((object) => JSON.stringify(object));
  test.each([
    ['JSON lists', `[${a}, ${b}]`, ['a', 'b']],
    ['NDJSON', `${a}\n${b}\n${c}\n`, ['a', 'b', 'c']],
    ['concatenated JSON', `${a}${b} ${c}`, ['a', 'b', 'c']],
    ['a List', `{"apiVersion":"v1","kind":"List","items":[${a},${b}]}`, ['a', 'b']],
    [
      'Lists in a List',
      `{"apiVersion":"v1","kind":"List","items":[{"apiVersion":"v1","kind":"PodList","items":[${a}]},${b}]}`,
      ['a', 'b'],
    ],
    ['a List in YAML', `apiVersion: v1\nkind: List\nitems:\n- ${a}\n- ${b}\n`, ['a', 'b']],
    [
      'several Lists',
      `{"apiVersion":"v1","kind":"List","items":[${a}]}\n---\n{"apiVersion":"v1","kind":"List","items":[${b}]}`,
      ['a', 'b'],
    ],
  ])('%s', (_, text, names) => {
    expect(podsOf(text)).toEqual(names);
  });

  test('a list of what are no objects stays as it is: a JSON patch', () => {
    const patch = [{ op: 'remove', path: '/spec/replicas' }];
    expect(read(JSON.stringify(patch), readDocuments).values).toEqual([patch]);
  });

  test('definitions of custom resources are left out unread', () => {
    const broken = 'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nspec: [\n';
    expect(podsOf(`${broken}---\n${a}\n`)).toEqual(['a']);
    expect(read(broken, readDocuments).problems).toEqual([]);
    expect(podsOf(`[${a}, {"apiVersion": "x", "kind": "CustomResourceDefinition"}]`)).toEqual([
      'a',
    ]);
  });

  test.each([
    [
      'NAMESPACE  NAME  HOSTS         AGE\nshop       web   ["web.shop"]  3d\n',
      /the table that kubectl prints/,
    ],
    [
      'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n',
      /a Git LFS pointer/,
    ],
    ['No resources found in shop namespace.\n', /"No resources found"/],
    ['Just words.\n', /^1: This is text, not a manifest\.$/],
  ])('text is not silently nothing: %j', (text, message) => {
    expect(read(text, readDocuments).problems).toEqual([expect.stringMatching(message) as unknown]);
  });
});

test('a large file of JSON is read in seconds', () => {
  const items = Array.from({ length: 20_000 }, (_, index) => ({
    ...pod(`p${index}`),
    spec: {
      containers: [{ name: 'app', image: 'x', env: [{ name: 'A', value: 'b'.repeat(200) }] }],
    },
  }));
  const text = JSON.stringify({ apiVersion: 'v1', kind: 'List', items }, undefined, 4);
  expect(text.length).toBeGreaterThan(4 * 1_048_576);
  const start = performance.now();
  expect(readDocuments({ path: '-', text }).documents).toHaveLength(20_000);
  expect(performance.now() - start).toBeLessThan(10_000);
});

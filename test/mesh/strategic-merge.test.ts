import fc from 'fast-check';
import { stringify } from 'yaml';
import { describe, expect, test } from 'vitest';

import { layOver } from '../../src/manifests/lay-over.js';
import { readWhole } from '../../src/manifests/read-documents.js';
import { plainOf, type Node } from '../../src/manifests/yaml-node.js';
import { podMergeKeys } from '../../src/meshes/kubernetes/pod-merge-keys.js';
import { strategicPatch } from '../../src/stages/overlay/strategic-patch.js';
import type { Value, ValueMap } from '../../src/stages/overlay/value.js';

function nodeOf(value: Value): Node {
  const [node] = readWhole({ path: 'x.yaml', text: stringify(value) }).documents;
  if (node === undefined) throw new Error('nothing was read');
  return node;
}

function lay(base: Value, patch: Value): unknown {
  const laid = layOver(nodeOf(base), nodeOf(patch), podMergeKeys);
  return laid === undefined ? undefined : plainOf(laid);
}

describe('a patch is read as kustomize build reads it', () => {
  test.each<[string, ValueMap, ValueMap, unknown]>([
    ['null deletes', { a: { b: 1, c: 2 } }, { a: { b: null } }, { a: { c: 2 } }],
    [
      'items of the patch come first',
      { env: [{ name: 'A' }, { name: 'B' }] },
      { env: [{ name: 'C' }, { name: 'B', value: '2' }] },
      { env: [{ name: 'C' }, { name: 'B', value: '2' }, { name: 'A' }] },
    ],
    [
      'a list that is replaced',
      { env: [{ name: 'A', value: '1' }] },
      { env: [{ $patch: 'replace' }, { name: 'B' }] },
      { env: [{ name: 'B' }] },
    ],
    [
      'a list that is deleted',
      { a: 1, env: [{ name: 'A' }] },
      { env: [{ $patch: 'delete' }] },
      { a: 1 },
    ],
    [
      'an item to delete that is not there',
      { containers: [{ name: 'app' }] },
      { containers: [{ name: 'gone', $patch: 'delete' }] },
      { containers: [{ name: 'app' }] },
    ],
    [
      'a map to delete that is not there',
      { a: 1 },
      { affinity: { $patch: 'delete', nodeAffinity: {} } },
      { a: 1 },
    ],
    [
      'nulls in what is new',
      { a: 1 },
      { nodeSelector: { a: null, b: 'x' } },
      { a: 1, nodeSelector: { b: 'x' } },
    ],
    [
      'deletions in what is new',
      { containers: [{ name: 'app' }] },
      {
        containers: [
          {
            name: 'new',
            env: [
              { name: 'X', value: null },
              { name: 'Y', $patch: 'delete' },
            ],
          },
        ],
      },
      { containers: [{ name: 'new', env: [{ name: 'X' }] }, { name: 'app' }] },
    ],
    [
      'a map that is replaced',
      { a: { b: 1 } },
      { a: { $patch: 'replace', c: 2 } },
      { a: { c: 2 } },
    ],
  ])('%s', (_, base, patch, wanted) => {
    expect(lay(base, patch)).toEqual(wanted);
  });
});

const item = fc.record(
  { name: fc.constantFrom('A', 'B', 'C'), value: fc.constantFrom('1', '2') },
  { requiredKeys: ['name'] },
);
const container = fc.record(
  {
    name: fc.constantFrom('app', 'side'),
    args: fc.array(fc.constantFrom('a', 'b'), { maxLength: 2 }),
    env: fc.array(item, { maxLength: 3 }),
  },
  { requiredKeys: ['name'] },
);
const pod = fc.record(
  {
    labels: fc.dictionary(fc.constantFrom('a', 'b'), fc.constantFrom('1', '2')),
    containers: fc.array(container, { maxLength: 2 }),
    volumes: fc.array(item, { maxLength: 2 }),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<ValueMap>;

/** Items that their keys tell apart, in the order of their keys: a patch cannot say where among others one goes. */
function ordered(value: unknown): unknown {
  if (Array.isArray(value)) {
    const items = value.map(ordered);
    return items.every((each) => typeof each === 'object')
      ? items.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
      : items;
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, ordered(inner)]));
}

test('a patch that an overlay writes, read again, gives what it was made from', () => {
  fc.assert(
    fc.property(pod, pod, (base, target) => {
      const patch = strategicPatch(base, target, podMergeKeys);
      expect(ordered(patch === undefined ? base : lay(base, patch))).toEqual(ordered(target));
    }),
    { numRuns: 500 },
  );
});

import { describe, expect, test } from 'vitest';

import { applyEdits } from '../../src/manifests/apply-edits.js';
import type { EditValue } from '../../src/model/finding.js';

const object = { kind: 'Thing', namespace: 'shop', name: 'a' };
const head = 'kind: Thing\nmetadata: { name: a, namespace: shop }\n';
const other = 'kind: Thing\nmetadata: { name: b }\nspec: { size: 1 }\n---\n';

function edit(
  spec: string,
  at: readonly (string | number)[],
  value: EditValue | undefined,
): string {
  const text = `${other}${head}${spec}`;
  const changed = applyEdits(new Map([['f.yaml', text]]), [{ file: 'f.yaml', object, at, value }]);
  return (changed.get('f.yaml') ?? text).slice(`${other}${head}`.length);
}

describe('an edit changes its own lines and nothing else', () => {
  test.each<[string, string, readonly (string | number)[], EditValue | undefined, string]>([
    [
      'a scalar, with its comment kept',
      'spec:\n  size: 1 # small\n  b: 2\n',
      ['spec', 'size'],
      2,
      'spec:\n  size: 2 # small\n  b: 2\n',
    ],
    [
      'a key that is absent',
      'spec:\n  b: 2 # two\n\n# end\n',
      ['spec', 'size'],
      1,
      'spec:\n  b: 2 # two\n  size: 1\n\n# end\n',
    ],
    ['a key in a flow map', 'spec: { b: 2 }\n', ['spec', 'size'], 1, 'spec: { b: 2, size: 1 }\n'],
    [
      'a value in a flow map',
      'spec: { size: 1, b: 2 }\n',
      ['spec', 'size'],
      '10s',
      'spec: { size: 10s, b: 2 }\n',
    ],
    [
      'a block that becomes another',
      'spec:\n  retries:\n    attempts: 2\n    retryOn: 5xx\n  b: 2\n',
      ['spec', 'retries'],
      { attempts: 0 },
      'spec:\n  retries:\n    attempts: 0\n  b: 2\n',
    ],
    [
      'what would hold it is made',
      'spec:\n  b: 2\n',
      ['spec', 'c', 'd'],
      1,
      'spec:\n  b: 2\n  c:\n    d: 1\n',
    ],
    [
      'an item of a list',
      'spec:\n  list:\n    - one\n    - two\n',
      ['spec', 'list', 0],
      'three',
      'spec:\n  list:\n    - three\n    - two\n',
    ],
    [
      'a list whole',
      'spec:\n  list:\n    - one\n  b: 2\n',
      ['spec', 'list'],
      ['x', 'y'],
      'spec:\n  list:\n    - x\n    - "y"\n  b: 2\n',
    ],
    [
      'a key taken out',
      'spec:\n  size: 1\n  b: 2\n',
      ['spec', 'size'],
      undefined,
      'spec:\n  b: 2\n',
    ],
    [
      'the last key takes its map along',
      'spec:\n  tls:\n    mode: DISABLE\n  b: 2\n',
      ['spec', 'tls', 'mode'],
      undefined,
      'spec:\n  b: 2\n',
    ],
    [
      'the first key of an item',
      'spec:\n  list:\n    - one: 1\n      two: 2\n',
      ['spec', 'list', 0, 'one'],
      undefined,
      'spec:\n  list:\n    - two: 2\n',
    ],
    [
      'a key of a flow map taken out',
      'spec: { size: 1, b: 2 }\n',
      ['spec', 'size'],
      undefined,
      'spec: { b: 2 }\n',
    ],
    ['an empty key', 'spec:\n  size:\n  b: 2\n', ['spec', 'size'], 3, 'spec:\n  size: 3\n  b: 2\n'],
    ['a place that is not there', 'spec:\n  b: 2\n', ['spec', 'list', 3], 'x', 'spec:\n  b: 2\n'],
  ])('%s', (_, ...[before, at, value, after]) => {
    expect(edit(before, at, value)).toBe(after);
  });

  test('an object that is not there changes nothing', () => {
    const edits = [{ file: 'f.yaml', object: { ...object, name: 'c' }, at: ['spec'], value: 1 }];
    expect(applyEdits(new Map([['f.yaml', head]]), edits).size).toBe(0);
  });
});

import fc from 'fast-check';
import { expect, test } from 'vitest';

import { blobId } from '../../src/model/lock.js';
import { markBase, unmarkBase } from '../../src/stages/marked-base.js';

const texts = fc.string({ unit: fc.constantFrom('a', '\n', '\r', ' ', '=', '-', 'é', '漢', '🙂') });
const long = fc.array(texts, { maxLength: 40 }).map((parts) => parts.join('xxxxxxxxxx'));

test('any text comes back as it was', () => {
  fc.assert(
    fc.property(fc.oneof(texts, long), (text) => {
      expect(unmarkBase(blobId(text), markBase(blobId(text), text))).toBe(text);
    }),
  );
});

test('characters of one byte are cut where bytes are', () => {
  const ascii = fc.array(
    fc.constantFrom('a', '\n', 'x'.repeat(47), 'x'.repeat(48), 'y'.repeat(49)),
    {
      maxLength: 40,
    },
  );
  fc.assert(
    fc.property(ascii, (parts) => {
      const text = `${parts.join('')}\n`;
      expect(markBase(blobId(text), `${text}é`).startsWith(markBase(blobId(text), text))).toBe(
        true,
      );
    }),
  );
});

test('no run of bytes that git compares is longer than a marked line', () => {
  fc.assert(
    fc.property(long, (text) => {
      const id = blobId(text);
      for (const line of markBase(id, text).split('\n').slice(0, -1)) {
        expect(line.slice(0, 8)).toBe(id.slice(0, 8));
        expect(Buffer.byteLength(line) + 1).toBeLessThan(64);
      }
    }),
  );
});

test('what is stored reads like this', () => {
  const text = `package main\n\n// ${'é'.repeat(40)}\nend`;
  expect(markBase('3f1c9a02'.padEnd(40, '0'), text)).toBe(
    [
      '3f1c9a02=package main',
      '3f1c9a02=',
      `3f1c9a02-// ${'é'.repeat(22)}`,
      `3f1c9a02=${'é'.repeat(18)}`,
      '3f1c9a02-end',
      '',
    ].join('\n'),
  );
});

test.each(['3f1c9a02=a', '00000000=a\n', '3f1c9a02 a\n', 'a\n'])('%j is not marked', (stored) => {
  expect(unmarkBase('3f1c9a02'.padEnd(40, '0'), stored)).toBeUndefined();
});

import { expect, test } from 'vitest';

import { createStyle } from '../../src/report/style.js';
import { formatUnsaid } from '../../src/report/unsaid-text.js';

const page = { style: createStyle({ hasColor: false, hasUnicode: true }), columns: 60 };
const ejection = {
  mesh: 'Toy',
  control: 'ejection',
  reason: 'a route knows no replicas',
  instead: 'The owner of the Service sets it.',
};

test('what holds for several upstreams is said once', () => {
  const unsaid = [
    { ...ejection, target: 'inventory' },
    { ...ejection, target: 'prices' },
    { ...ejection, target: 'rates', instead: 'It has one replica, so nothing is lost.' },
  ];
  expect(formatUnsaid(unsaid, page)).toBe(
    [
      'Not expressible in Toy',
      '  ejection (inventory, prices)',
      '    A route knows no replicas. The owner of the Service sets',
      '    it.',
      '  ejection (rates)',
      '    A route knows no replicas. It has one replica, so',
      '    nothing is lost.',
    ].join('\n'),
  );
});

test('nothing is said of a mesh that can express everything', () => {
  expect(formatUnsaid([], page)).toBe('');
});

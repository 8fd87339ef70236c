import { expect, test } from 'vitest';

import { duration, wholeNumber } from '../../src/config/environment.ts';
import { loadPart } from '../support/config.ts';

test.each([
  ['10ms', 10],
  ['1500us', 1.5],
  ['2s', 2_000],
  ['1.25s', 1_250],
  ['3m', 180_000],
  ['1h', 3_600_000],
  ['1m30s', 90_000],
])('a duration of %s', (text, milliseconds) => {
  const load = () => loadPart((env) => env.read('X', duration('1ms', '1h')), { X: text });
  expect(load()).toBe(milliseconds);
});

test('durations with more behind them are none', () => {
  const load = () => loadPart((env) => env.read('X', duration('1ms', '1h')), { X: '1s or so' });
  expect(load).toThrow('X="1s or so": must be ');
});

test('a variable without value and default is empty', () => {
  const load = () => loadPart((env) => env.read('X', wholeNumber(1, 2)), { X: undefined });
  expect(load).toThrow('X="": must be a whole number from 1 to 2');
});

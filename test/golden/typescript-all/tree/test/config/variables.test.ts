import { inspect } from 'node:util';

import { expect, test } from 'vitest';

import { loadVariables, requireVariables } from '../../src/config/variables.ts';
import { expectRange, loadPart } from '../support/config.ts';

const load = (variables: Record<string, string>) => loadPart(loadVariables, variables);

// prettier-ignore
test.each([
  ['PAGE_SIZE'],
  ['API_TOKEN'],
  ['REGION'],
  ['LEASE'],
])('%s may be empty', (name) => {
  expect(load({ [name]: '' })).toEqual(load({}));
});

// prettier-ignore
test('PAGE_SIZE must be an integer', () => {
  expect(load({ PAGE_SIZE: '7' }).pageSize).toBe(7);
  const accepted = ['-2147483648', '2147483647'];
  expectRange(load, 'PAGE_SIZE', { accepted, refused: ['2147483648', '1.5', 'x'] });
});

// prettier-ignore
test('API_TOKEN is not shown', () => {
  const { apiToken } = load({ API_TOKEN: 'hunter2' });
  expect(apiToken.reveal()).toBe('hunter2');
  const shown = [JSON.stringify({ apiToken }), inspect({ apiToken }), String(apiToken)];
  expect(shown.join()).not.toContain('hunter2');
});

// prettier-ignore
test('REGION is taken as it is', () => {
  expect(load({ REGION: ' a b ' }).region).toBe(' a b ');
  expect(load({}).region).toBe('eu');
});

// prettier-ignore
test('LEASE must be a duration', () => {
  expect(load({ LEASE: '1.5s' }).lease).toBe(1_500);
  expectRange(load, 'LEASE', { accepted: ['0s', '8760h'], refused: ['-1s', '5'] });
});

// prettier-ignore
test.each([
  ['API_TOKEN'],
])('%s must be set', (missing) => {
  const all: Record<string, string> = {
    API_TOKEN: 'example',
  };
  expect(() => { requireVariables(all); }).not.toThrow();
  expect(() => { requireVariables({ ...all, [missing]: '' }); }).toThrow(`${missing} must be set: `);
});

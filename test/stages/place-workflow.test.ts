import { expect, test } from 'vitest';

import { placeWorkflow } from '../../src/stages/place-workflow.js';

const place = (text: string, folder = 'apps/a b') =>
  placeWorkflow(text, { name: 'orders', folder, inputs: [] }).text;

test('what a team has changed in its workflow goes along', () => {
  const own = [
    'name: ci',
    'on:',
    '  push:',
    '    paths: [src/**, "!docs/**"]',
    'defaults: { run: { working-directory: app } }',
    'jobs:',
    '  test: # kept',
    '    defaults: { run: { working-directory: web } }',
    '    steps:',
    '      - run: make',
    '        working-directory: tools',
    '',
  ].join('\n');
  expect(place(own)).toBe(
    [
      'name: orders',
      'on:',
      '  push:',
      '    paths:',
      '      - apps/a b/src/**',
      '      - "!apps/a b/docs/**"',
      '      - .github/workflows/orders.yml',
      'defaults: {run: {working-directory: apps/a b/app}}',
      'jobs:',
      '  test:',
      '    # kept',
      '    defaults: {run: {working-directory: apps/a b/web}}',
      '    steps:',
      '      - run: make',
      '        working-directory: apps/a b/tools',
      '',
    ].join('\n'),
  );
});

test('at the top itself only the name is another', () => {
  const text = 'name: ci\non: [push]\njobs:\n  a: {steps: []}\n';
  expect(place(text, '')).toBe(text.replace('ci', 'orders'));
});

test.each(['jobs: [', 'name: ci\n', '- a\n'])('refuses what is no workflow: %j', (text) => {
  expect(() => place(text)).toThrow(/workflow cannot be read/);
});

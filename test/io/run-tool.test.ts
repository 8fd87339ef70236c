import { expect, test } from 'vitest';

import { reasonOf, runTool } from '../../src/io/run-tool.js';

const node = (script: string, timeoutMs: number, maxBytes = 1_000) =>
  runTool(
    { file: process.execPath, args: ['-e', script], cwd: '/', env: {} },
    { timeoutMs, maxBytes, signal: new AbortController().signal },
  );

test('what a tool prints is kept whole, errors apart', async () => {
  const { end, output, errors } = await node(
    'console.log("a".repeat(500)); console.error("b")',
    30_000,
  );
  expect(end).toEqual({ kind: 'exited', code: 0 });
  expect(output).toBe(`${'a'.repeat(500)}\n`);
  expect(errors).toBe('b\n');
});

test.each([
  [
    'prints without end',
    'setInterval(() => console.log("a".repeat(999)), 1)',
    30_000,
    'it printed more than any manifests',
  ],
  ['hangs', 'setInterval(() => {}, 1000)', 500, 'it did not end in time'],
  ['fails', 'console.error("first\\nno such chart"); process.exit(3)', 30_000, 'no such chart'],
  ['fails in silence', 'process.exit(3)', 30_000, 'it ended with 3'],
])('one that %s', async (_, script, timeoutMs, reason) => {
  expect(reasonOf(await node(script, timeoutMs))).toBe(reason);
});

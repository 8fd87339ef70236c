import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { expect, test } from 'vitest';

import { answerInThread, askThread } from '../../src/io/threads.js';

const folder = mkdtempSync(join(tmpdir(), 'threads-'));
const quiet = new AbortController().signal;

function moduleOf(name: string, text: string): URL {
  const file = join(folder, `${name}.cjs`);
  writeFileSync(
    file,
    `const { parentPort, workerData } = require('node:worker_threads');\n${text}`,
  );
  return pathToFileURL(file);
}

test('a thread answers its question', async () => {
  const module = moduleOf('add', 'parentPort.postMessage(workerData.question + 1);');
  expect(await askThread(module, { task: 'add', question: 1 }, quiet)).toBe(2);
});

test.each([
  ['throws', 'throw new Error("out of luck");'],
  ['ends', 'process.exit(0);'],
])('a thread that %s answers nothing', async (name, text) => {
  expect(
    await askThread(moduleOf(name, text), { task: 'add', question: 1 }, quiet),
  ).toBeUndefined();
});

test('a thread ends with the signal', async () => {
  const interruption = new AbortController();
  const module = moduleOf('waits', 'setInterval(() => {}, 1_000);');
  const asked = askThread(module, { task: 'wait', question: 1 }, interruption.signal);
  interruption.abort();
  expect(await asked).toBeUndefined();
});

test('what is no thread for the task does not answer', () => {
  answerInThread('add', () => {
    throw new Error('nobody asked');
  });
});

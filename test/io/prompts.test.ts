import { PassThrough } from 'node:stream';

import { expect, test } from 'vitest';

import { openPrompts } from '../../src/io/prompts.js';

/** A terminal in memory, and what it shows without escape sequences. */
function openTerminal() {
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => input });
  const output = Object.assign(new PassThrough(), { isTTY: true, columns: 80, rows: 24 });
  let shown = '';
  output.on('data', (bytes: Buffer) => {
    // eslint-disable-next-line no-control-regex -- escape sequences begin with ESC
    shown += bytes.toString().replaceAll(/\u001b\[[\d;?]*[a-zA-Z]/g, '');
  });
  const interruption = new AbortController();
  const prompts = openPrompts({ input, output, signal: interruption.signal });
  return { input, prompts, shown: () => shown, interruption };
}

const question = {
  message: 'Name',
  findProblem: (text: string) => (/^[a-z]+$/.test(text) ? undefined : 'lower-case letters only'),
};

test('text: what is wrong shows while it is typed, and Enter takes only what is right', async () => {
  const { input, prompts, shown } = openTerminal();
  const answer = prompts.askText(question);
  input.write('Or');
  expect(shown()).toContain('lower-case letters only');
  input.write('\r');
  input.write('\u007f\u007for');
  input.write('\r');
  expect(await answer).toBe('or');
});

test('a choice and several', async () => {
  const { input, prompts } = openTerminal();
  const choices = ['a', 'b', 'c'].map((value) => ({ value, label: value }));
  const one = prompts.askOne({ message: 'One', choices, initial: 'b' });
  input.write('\r');
  expect(await one).toBe('b');
  const several = prompts.askSeveral({ message: 'Several', choices, initial: ['c'] });
  input.write(' \r');
  expect(await several).toEqual(['c', 'a']);
});

test('Ctrl-C is exit 130', async () => {
  const { input, prompts } = openTerminal();
  const answer = prompts.askText(question);
  input.write('\u0003');
  await expect(answer).rejects.toMatchObject({ exitCode: 130 });
});

test('a signal is exit 130', async () => {
  const { prompts, interruption } = openTerminal();
  const answer = prompts.askText(question);
  interruption.abort();
  await expect(answer).rejects.toMatchObject({ exitCode: 130 });
});

test('an input that ends is exit 4, not success', async () => {
  const { input, prompts } = openTerminal();
  const answer = prompts.askText(question);
  input.end();
  await expect(answer).rejects.toMatchObject({ exitCode: 4, code: 'input-closed' });
});

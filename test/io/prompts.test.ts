import { PassThrough } from 'node:stream';

import { describe, expect, test } from 'vitest';

import { openPlainPrompts } from '../../src/io/plain-prompts.js';
import { openPrompts } from '../../src/io/prompts.js';

/** A terminal in memory, and what it shows without escape sequences. */
function openTerminal({ columns = 80, open = openPrompts } = {}) {
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => input });
  const output = Object.assign(new PassThrough(), { isTTY: true, columns, rows: 24 });
  let shown = '';
  output.on('data', (bytes: Buffer) => {
    // eslint-disable-next-line no-control-regex -- escape sequences begin with ESC
    shown += bytes.toString().replaceAll(/\u001b\[[\d;?]*[a-zA-Z]/g, '');
  });
  const interruption = new AbortController();
  const prompts = open({ input, output, signal: interruption.signal });
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

test('Ctrl-D on an empty line is the end of the input; in a word it is a key', async () => {
  const { input, prompts } = openTerminal();
  const first = prompts.askText(question);
  input.write('or\u0004\r');
  expect(await first).toBe('or');
  const second = prompts.askText(question);
  input.write('\u0004');
  await expect(second).rejects.toMatchObject({ exitCode: 4, code: 'input-closed' });
});

test('a long problem is broken between words, and hints leave room where there is little', async () => {
  const { input, prompts, shown } = openTerminal({ columns: 40 });
  const problem = 'lower-case letters, digits and dashes, beginning with a letter';
  const name = prompts.askText({
    message: 'Name',
    findProblem: (text) => (text === 'or' ? undefined : problem),
  });
  input.write('Or');
  expect(shown()).toMatch(/└ {2}lower-case letters, digits and\s+dashes, beginning with a letter/);
  input.write('\u007f\u007for\r');
  await name;
  const choice = prompts.askOne({
    message: 'Choice',
    choices: [{ value: 'a', label: 'a', hint: 'the first letter of the alphabet' }],
  });
  input.write('\r');
  expect(await choice).toBe('a');
  expect(shown()).not.toContain('alphabet');
});

describe('a terminal that cannot redraw', () => {
  const choices = ['go', 'typescript'].map((value) => ({ value, label: value.toUpperCase() }));

  test('is asked line by line, again until the answer is right', async () => {
    const { input, prompts, shown } = openTerminal({ open: openPlainPrompts });
    const name = prompts.askText({ ...question, placeholder: 'orders' });
    input.write('Or\n');
    await turn();
    input.write('or\n');
    expect(await name).toBe('or');
    expect(shown()).toBe(
      'Name (such as orders):   lower-case letters only\nName (such as orders): ',
    );
  });

  test('takes values, labels and presets', async () => {
    const { input, prompts, shown } = openTerminal({ open: openPlainPrompts });
    const answers = async <T>(answer: Promise<T>, ...lines: string[]) => {
      for (const line of lines) {
        input.write(`${line}\n`);
        await turn();
      }
      return await answer;
    };
    const one = { message: 'One', choices, initial: 'go' };
    expect(await answers(prompts.askOne(one), '')).toBe('go');
    expect(await answers(prompts.askOne(one), 'rust', 'TYPESCRIPT')).toBe('typescript');
    expect(shown()).toContain('there is no "rust"');
    const several = { message: 'Several', choices, initial: [] };
    expect(await answers(prompts.askSeveral(several), '')).toEqual([]);
    expect(await answers(prompts.askSeveral(several), 'go,java', 'go, typescript')).toEqual([
      'go',
      'typescript',
    ]);
    expect(await answers(prompts.askText({ ...question, initial: 'or' }), '')).toBe('or');
  });

  test('that closes is exit 4, and Ctrl-C is 130', async () => {
    const first = openTerminal({ open: openPlainPrompts });
    const closed = first.prompts.askText(question);
    first.input.end();
    await expect(closed).rejects.toMatchObject({ exitCode: 4, code: 'input-closed' });
    const second = openTerminal({ open: openPlainPrompts });
    const interrupted = second.prompts.askText(question);
    second.interruption.abort();
    await expect(interrupted).rejects.toMatchObject({ exitCode: 130 });
  });
});

/** Lets what was written be read. */
async function turn(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

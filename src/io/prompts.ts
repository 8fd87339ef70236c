import { TextPrompt, wrapTextWithPrefix } from '@clack/core';
import { multiselect, S_BAR, S_BAR_END, select, symbol } from '@clack/prompts';
import type { Key } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { styleText } from 'node:util';

import { exitCodes, ToolError } from '../model/errors.js';

export type Choice = { readonly value: string; readonly label: string; readonly hint?: string };

/** Questions to a person. Each answer is valid, or the question throws. */
export type Prompts = {
  /** A line of text; the problem with what was typed so far stands below it. */
  readonly askText: (question: {
    readonly message: string;
    readonly initial?: string;
    readonly placeholder?: string;
    readonly findProblem: (text: string) => string | undefined;
  }) => Promise<string>;
  readonly askOne: (question: {
    readonly message: string;
    readonly choices: readonly Choice[];
    readonly initial?: string;
  }) => Promise<string>;
  readonly askSeveral: (question: {
    readonly message: string;
    readonly choices: readonly Choice[];
    readonly initial: readonly string[];
  }) => Promise<readonly string[]>;
};

export type Streams = {
  readonly input: Readable;
  readonly output: Writable & { readonly columns?: number | undefined };
  readonly signal: AbortSignal;
};

/** Below this width the hint of a choice would push the other choices out of sight. */
const HINT_COLUMNS = 50;

/**
 * Opens the terminal for questions.
 *
 * @throws from every question: ToolError `interrupted` (exit 130) on Ctrl-C, `input-closed` (exit 4)
 *   when the input ends
 */
export function openPrompts({ input, output, signal }: Streams): Prompts {
  const closed = new AbortController();
  const close = () => closed.abort();
  const ask = async <T extends string | readonly string[]>(
    question: (streams: Streams) => Promise<T | symbol>,
  ): Promise<T> => {
    // Ctrl-D closes the line reader, which listens before this, without a word to the question.
    const closeWithReader = (_: unknown, { ctrl, name }: Key) => {
      if (ctrl === true && name === 'd' && input.isPaused()) close();
    };
    input.once('end', close).once('close', close);
    try {
      const both = AbortSignal.any([signal, closed.signal]);
      const asked = question({ input, output, signal: both });
      input.on('keypress', closeWithReader);
      const answer = await asked;
      if (closed.signal.aborted) throw inputClosed();
      if (typeof answer === 'symbol') throw interrupted();
      return answer;
    } finally {
      input.off('end', close).off('close', close).off('keypress', closeWithReader);
    }
  };
  const fit = (choices: readonly Choice[]) =>
    (output.columns ?? HINT_COLUMNS) < HINT_COLUMNS
      ? choices.map(({ value, label }) => ({ value, label }))
      : [...choices];
  return {
    askText: async ({ message, initial, placeholder, findProblem }) =>
      await ask(
        async (streams) =>
          await askText({ message, initial, placeholder, findProblem, ...streams }),
      ),
    askOne: async ({ message, choices, initial }) =>
      await ask<string>(
        async (streams) =>
          await select({
            message,
            options: fit(choices),
            ...(initial === undefined ? {} : { initialValue: initial }),
            ...streams,
          }),
      ),
    askSeveral: async ({ message, choices, initial }) =>
      await ask<readonly string[]>(
        async (streams) =>
          await multiselect({
            message,
            options: fit(choices),
            initialValues: [...initial],
            required: false,
            ...streams,
          }),
      ),
  };
}

/** As wide as clack's bar and the space beside it. */
const INDENT = '   ';

/** Clack's text prompt validates on Enter; this one shows the problem while it is typed. */
async function askText({
  message,
  initial,
  placeholder,
  findProblem,
  ...streams
}: Streams & {
  message: string;
  initial: string | undefined;
  placeholder: string | undefined;
  findProblem: (text: string) => string | undefined;
}): Promise<string | symbol> {
  const prompt = new TextPrompt({
    ...streams,
    ...(initial === undefined ? {} : { initialValue: initial }),
    validate: (text) => findProblem(text ?? ''),
    render() {
      const typed = this.userInput;
      const title = `${styleText('gray', S_BAR)}\n${symbol(this.state)}  ${message}\n`;
      if (this.state === 'submit' || this.state === 'cancel') {
        return `${title}${styleText('gray', S_BAR)}  ${styleText('dim', typed)}`;
      }
      const problem = typed === '' && this.state !== 'error' ? undefined : findProblem(typed);
      const color = problem === undefined ? 'cyan' : 'yellow';
      const shown = typed === '' ? styleText('dim', placeholder ?? '') : this.userInputWithCursor;
      const [first = '', ...more] = wrapTextWithPrefix(streams.output, problem ?? '', INDENT)
        .slice(INDENT.length)
        .split('\n');
      const below = [`${styleText(color, S_BAR_END)}  ${styleText('yellow', first)}`].concat(
        more.map((line) => styleText('yellow', line)),
      );
      return `${title}${styleText(color, S_BAR)}  ${shown}\n${below.join('\n')}\n`;
    },
  });
  return (await prompt.prompt()) ?? '';
}

export function interrupted(): ToolError {
  return new ToolError({
    code: 'interrupted',
    exitCode: exitCodes.interrupted,
    message: 'interrupted: nothing was written.',
  });
}

export function inputClosed(): ToolError {
  return new ToolError({
    code: 'input-closed',
    exitCode: exitCodes.inputNeeded,
    message: 'the input ended before every question was answered; nothing was written.',
    hint: 'Give the answers as flags: npx meshwright new service --help',
  });
}

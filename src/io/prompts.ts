import { TextPrompt } from '@clack/core';
import { multiselect, note, S_BAR, S_BAR_END, select, symbol } from '@clack/prompts';
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
  readonly tell: (title: string, text: string) => void;
};

type Streams = {
  readonly input: Readable;
  readonly output: Writable;
  readonly signal: AbortSignal;
};

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
    input.once('end', close).once('close', close);
    try {
      const both = AbortSignal.any([signal, closed.signal]);
      const answer = await question({ input, output, signal: both });
      if (closed.signal.aborted) throw inputClosed();
      if (typeof answer === 'symbol') throw interrupted();
      return answer;
    } finally {
      input.off('end', close).off('close', close);
    }
  };
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
            options: [...choices],
            ...(initial === undefined ? {} : { initialValue: initial }),
            ...streams,
          }),
      ),
    askSeveral: async ({ message, choices, initial }) =>
      await ask<readonly string[]>(
        async (streams) =>
          await multiselect({
            message,
            options: [...choices],
            initialValues: [...initial],
            required: false,
            ...streams,
          }),
      ),
    tell: (title, text) => note(text, title, { output }),
  };
}

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
      return `${title}${styleText(color, S_BAR)}  ${shown}\n${styleText(color, S_BAR_END)}  ${styleText('yellow', problem ?? '')}\n`;
    },
  });
  return (await prompt.prompt()) ?? '';
}

function interrupted(): ToolError {
  return new ToolError({
    code: 'interrupted',
    exitCode: exitCodes.interrupted,
    message: 'interrupted: nothing was written.',
  });
}

function inputClosed(): ToolError {
  return new ToolError({
    code: 'input-closed',
    exitCode: exitCodes.inputNeeded,
    message: 'the input ended before every question was answered; nothing was written.',
    hint: 'Give the answers as flags: npx meshwright new service --help',
  });
}

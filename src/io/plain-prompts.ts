import { createInterface } from 'node:readline';

import { inputClosed, interrupted, type Choice, type Prompts, type Streams } from './prompts.js';

/**
 * Questions line by line, for a terminal that cannot move its cursor (`TERM=dumb`): nothing is redrawn.
 *
 * @throws from every question, as {@link Prompts} of a full terminal: exit 130 on Ctrl-C, 4 when the input ends
 */
export function openPlainPrompts(streams: Streams): Prompts {
  /** Asks until the answer has no problem. */
  const ask = async <T>(
    question: string,
    read: (line: string) => { readonly answer: T } | { readonly problem: string },
  ): Promise<T> => {
    for (;;) {
      streams.output.write(question);
      const result = read((await readLine(streams)).trim());
      if ('answer' in result) return result.answer;
      streams.output.write(`  ${result.problem}\n`);
    }
  };
  return {
    askText: async ({ message, initial, placeholder, findProblem }) => {
      const example = placeholder === undefined ? '' : ` (such as ${placeholder})`;
      const question =
        initial === undefined ? `${message}${example}: ` : `${message} [${initial}]: `;
      return await ask(question, (line) => {
        const answer = line === '' ? (initial ?? '') : line;
        const problem = findProblem(answer);
        return problem === undefined ? { answer } : { problem };
      });
    },
    askOne: async ({ message, choices, initial }) => {
      const preset = initial === undefined ? '' : ` [${initial}]`;
      return await ask(`${list(message, choices)}One of them${preset}: `, (line) => {
        const answer = find(line === '' ? (initial ?? '') : line, choices);
        return answer === undefined ? { problem: `there is no "${line}"` } : { answer };
      });
    },
    askSeveral: async ({ message, choices, initial }) => {
      const preset = initial.length === 0 ? 'none' : initial.join(',');
      return await ask(
        `${list(message, choices)}Any of them, with commas [${preset}]: `,
        (line) => {
          if (line === '') return { answer: initial };
          const words = line.split(',').map((word) => word.trim());
          const unknown = words.find((word) => find(word, choices) === undefined);
          return unknown === undefined
            ? { answer: words.flatMap((word) => find(word, choices) ?? []) }
            : { problem: `there is no "${unknown}"` };
        },
      );
    },
  };
}

function list(message: string, choices: readonly Choice[]): string {
  const lines = choices.map(({ value, label, hint = label === value ? undefined : label }) =>
    hint === undefined ? `  ${value}\n` : `  ${value}: ${hint}\n`,
  );
  return `${message}\n${lines.join('')}`;
}

function find(word: string, choices: readonly Choice[]): string | undefined {
  return choices.find(({ value, label }) => value === word || label === word)?.value;
}

async function readLine({ input, output, signal }: Streams): Promise<string> {
  const lines = createInterface({ input, terminal: false });
  try {
    return await new Promise((resolve, reject) => {
      const interrupt = () => {
        output.write('\n');
        reject(interrupted());
      };
      if (signal.aborted) interrupt();
      signal.addEventListener('abort', interrupt, { once: true });
      lines.once('close', () => {
        signal.removeEventListener('abort', interrupt);
        reject(inputClosed());
      });
      lines.once('line', resolve);
    });
  } finally {
    lines.close();
  }
}

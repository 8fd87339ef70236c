import type { Command } from 'commander';

import { buildProgram } from '../../src/commands/program.js';

/** docs/reference/commands.md: every command with its arguments and options. */
export function documentCommands(): string {
  const program = buildProgram(() => undefined);
  return [
    '# Commands',
    '',
    `${program.description()} \`meshwright\` and \`scaffold\` are the same program.`,
    '',
    'stdout carries the result only; progress and notes go to stderr. `--json` prints one document, on failure too.',
    'Questions are asked only where stdin and stdout are terminals, and neither `CI` nor `--yes` is set.',
    '',
    ...listCommands(program, ['scaffold']).flatMap(({ command, path }) => describe(command, path)),
  ].join('\n');
}

type Listed = { readonly command: Command; readonly path: readonly string[] };

function listCommands(parent: Command, path: readonly string[]): Listed[] {
  return parent.commands
    .filter((command) => !command.name().startsWith('_'))
    .flatMap((command) => {
      const own = [...path, command.name()];
      const inner = listCommands(command, own);
      return inner.length > 0 ? inner : [{ command, path: own }];
    });
}

function describe(command: Command, path: readonly string[]): string[] {
  const arguments_ = command.registeredArguments.map((argument) => {
    const name = argument.name();
    return argument.required ? name : `[${name}]`;
  });
  const rows = [
    ...command.registeredArguments.map((argument) => [
      `\`${argument.name()}\``,
      [
        argument.description,
        ...(argument.argChoices === undefined ? [] : [argument.argChoices.join(', ')]),
      ]
        .filter((text) => text !== '')
        .join(': '),
    ]),
    ...command.options.map((option) => [`\`${option.flags}\``, option.description]),
  ];
  return [
    `## \`${[...path, ...arguments_].join(' ')}\``,
    '',
    capitalize(command.description()) + '.',
    '',
    ...(rows.length === 0
      ? []
      : [
          '| | |',
          '|---|---|',
          ...rows.map((row) => `| ${row.map(escapePipes).join(' | ')} |`),
          '',
        ]),
  ];
}

function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export function escapePipes(text: string): string {
  return text.replaceAll('|', '\\|');
}

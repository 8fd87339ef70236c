import { CommanderError, type Command } from 'commander';

import { exitCodes, inputError, ToolError, type ExitCode } from '../model/errors.js';
import { nameTool } from '../model/started-as.js';
import { formatError } from '../report/error-text.js';
import { createStyle } from '../report/style.js';
import type { Host } from '../io/host.js';
import { toJson } from './outcome.js';
import { buildProgram, type Invocation } from './program.js';

/**
 * Runs one command line: the result to stdout, everything else to stderr.
 *
 * @returns the exit code; never throws
 */
export async function run(argv: readonly string[], host: Host): Promise<ExitCode> {
  // Known before parsing, since a wrong flag must be reported as JSON too.
  let json = argv.includes('--json');
  let command = argv.find((word) => !word.startsWith('-')) ?? 'help';
  try {
    const invocation = await parse(argv, host);
    if (invocation === undefined) return exitCodes.clean;
    ({ json, name: command } = invocation);
    const outcome = await invocation.execute(host);
    const exitCode = host.signal.aborted ? exitCodes.interrupted : outcome.exitCode;
    host.stdout.write(
      json
        ? toJson(command, { ...outcome, exitCode })
        : outcome.text({
            style: createStyle(host.stdout),
            columns: host.stdout.columns(),
            tool: host.tool,
          }),
    );
    return exitCode;
  } catch (thrown) {
    const error = withHint(asToolError(thrown, host), host);
    if (json) {
      const { code, exitCode, message, hint } = error;
      host.stdout.write(
        toJson(command, { exitCode, document: { error: { code, message, hint } } }),
      );
    }
    host.stderr.write(formatError(error, createStyle(host.stderr)));
    if (host.env.DEBUG !== undefined && host.env.DEBUG !== '' && thrown instanceof Error) {
      host.stderr.write(`${thrown.stack ?? ''}\n`);
    }
    return error.exitCode;
  }
}

/** @returns undefined when help was asked for and has been printed */
async function parse(argv: readonly string[], host: Host): Promise<Invocation | undefined> {
  let chosen: Invocation | undefined;
  const program = buildProgram((invocation) => {
    chosen = invocation;
  });
  const words = askHelp(argv, program);
  if (words.some(isHelp)) {
    const { addReference } = await import('./queries.js');
    addReference(program, host.loadCatalog());
  }
  forEachCommand(program, (command) => {
    command.exitOverride().configureOutput({
      writeOut: (text) => host.stdout.write(text),
      writeErr: () => undefined,
      getOutHelpWidth: () => host.stdout.columns(),
      getOutHasColors: () => host.stdout.hasColor,
    });
  });
  try {
    program.parse(words, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return undefined;
    const word = unknownCommand(error);
    const at = commandPath(words, program);
    const meant =
      word === undefined || at.length === 0
        ? ''
        : (await import('./meant-command.js')).meantCommand(word, childOf(at, program), host);
    throw usageError(error, words, { program, meant });
  }
  return chosen;
}

const isHelp = (word: string) => word === '--help' || word === '-h';

/** `help A B` is `A B --help`; help on a command that does not exist is an error, not the help of all. */
function askHelp(argv: readonly string[], program: Command): readonly string[] {
  const named = argv.filter((word) => word !== 'help');
  const words = argv[0] === 'help' ? [...named, '--help'] : argv;
  const path = commandPath(words, program);
  const next = words[path.length] ?? '--help';
  const isKnown = next.startsWith('-') || childOf(path, program).commands.length === 0;
  return isKnown ? words : words.filter((word) => !isHelp(word));
}

function forEachCommand(command: Command, visit: (command: Command) => void): void {
  visit(command);
  for (const child of command.commands) forEachCommand(child, visit);
}

/** Commander's wording, with the user's word in double quotes as in every other message. */
function usageError(
  error: CommanderError,
  argv: readonly string[],
  { program, meant }: { readonly program: Command; readonly meant: string },
): ToolError {
  const path = commandPath(argv, program);
  const hint = `npx meshwright ${[...path, '--help'].join(' ')}`;
  if (error.code === 'commander.help') {
    const names = childOf(path, program)
      .commands.map((child) => child.name())
      .filter((name) => !name.startsWith('_'));
    const what = path.length === 0 ? 'a command is missing:' : `${path.join(' ')} needs one of:`;
    return inputError('usage', `${what} ${names.join(', ')}.`, hint);
  }
  const message = error.message
    .replace(/^error: /, '')
    .replaceAll(/'([^']*)'/g, '"$1"')
    .replace(/\n\(Did you mean (.*)\?\)$/, '. Did you mean $1?');
  return inputError('usage', (/[.?]$/.test(message) ? message : `${message}.`) + meant, hint);
}

/** The word that is no command, where commander itself has nothing near. */
function unknownCommand({ code, message }: CommanderError): string | undefined {
  if (code !== 'commander.unknownCommand' || message.includes('(Did you mean')) return undefined;
  return /^error: unknown command '(.*)'$/s.exec(message)?.[1];
}

/** The commands that argv names, outermost first. */
function commandPath(argv: readonly string[], program: Command): string[] {
  const path: string[] = [];
  for (const word of argv) {
    if (!childOf(path, program).commands.some((child) => child.name() === word)) break;
    path.push(word);
  }
  return path;
}

function childOf(path: readonly string[], program: Command): Command {
  return path.reduce(
    (command, name) => command.commands.find((child) => child.name() === name) ?? command,
    program,
  );
}

/** Its hint with the words that start the tool here. */
function withHint(error: ToolError, { tool }: Host): ToolError {
  const { code, exitCode, message, hint } = error;
  return new ToolError({ code, exitCode, message, hint: nameTool(hint, tool), cause: error.cause });
}

/** What stopped a command, as an error that says what to do: a bug when it is none of ours. */
export function asToolError(thrown: unknown, host: Host): ToolError {
  if (host.signal.aborted) {
    return thrown instanceof ToolError && thrown.exitCode === exitCodes.interrupted
      ? thrown
      : new ToolError({
          code: 'interrupted',
          exitCode: exitCodes.interrupted,
          message: 'interrupted.',
          cause: thrown,
        });
  }
  if (thrown instanceof ToolError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new ToolError({
    code: 'bug',
    exitCode: exitCodes.bug,
    message: `this is a bug in meshwright: ${message}`,
    hint: 'Please report it with the command line and the output of: DEBUG=1 npx meshwright …',
    cause: thrown,
  });
}

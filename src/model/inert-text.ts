/**
 * Text that comes from files, file names and other processes is printed beside ours. What a terminal or a CI
 * runner would obey in it is shown instead; everything else stays as it is.
 */

/** Control characters but tab and line feed, and those that change the direction of what follows. */
const CONTROLS =
  // eslint-disable-next-line no-control-regex -- these are what must not pass
  /[\0-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** Colours and weights; 8 would hide what follows. */
// eslint-disable-next-line no-control-regex -- escape sequences begin with ESC
const COLOURS = /(\u001b\[(?:(?!8[;m])\d{1,3}(?:;|(?=m)))*m)/;

/**
 * Commands of GitHub's runner (actions/runner, ActionCommand.cs): `::name` at the beginning of a line and
 * `##[name` anywhere. Those that only show something may pass: reporters of tests print them.
 */
const RUNNER_COMMANDS =
  /^([^\S\n]*):(?=:(?!(?:error|warning|notice|debug|group|endgroup)\b))|##(?=\[(?!(?:error|warning|notice|debug|group|endgroup)\b))/gim;

/** Shows what a terminal would obey, but for colours. In JSON the result means the same. */
export function showControls(text: string): string {
  return text
    .replaceAll('\r\n', '\n')
    .split(COLOURS)
    .map((part, index) => (index % 2 === 1 ? part : part.replace(CONTROLS, escape)))
    .join('');
}

/** Shows what a runner of GitHub Actions would obey. In JSON the result means the same. */
export function showRunnerCommands(text: string): string {
  return text.replace(RUNNER_COMMANDS, (_, indent: string | undefined) =>
    indent === undefined ? `#${escape('#')}` : `${indent}${escape(':')}`,
  );
}

/** One line of a table or a list, whatever stands in the text. */
export function asOneLine(text: string): string {
  return showControls(text.replaceAll('\t', ' ')).replaceAll('\n', escape('\n'));
}

function escape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

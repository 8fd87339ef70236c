import type { VerificationStep } from '../model/verification.js';
import { formatElapsed, truncate, visibleWidth, wrap } from './layout.js';
import type { Style } from './style.js';

/** Width of a step's name and of its detail in a line. */
const NAME_WIDTH = 16;
const DETAIL_WIDTH = 26;

/** `  ✓ go test         48 passed                 31.4 s`. */
export function formatStep(step: VerificationStep, style: Style, columns: number): string {
  const detail = step.detail;
  const head = `  ${symbolOf(step, style)} ${step.name.padEnd(NAME_WIDTH)} `;
  const room = columns - visibleWidth(head);
  if (room < DETAIL_WIDTH + 10 || detail.length > DETAIL_WIDTH) {
    const time = isTimed(step) ? ` ${style.dim(formatElapsed(step.durationMs))}` : '';
    if (room < 24)
      return [
        `${head.trimEnd()}${time}`,
        ...wrap(detail, columns - 4).map((line) => `    ${line}`.trimEnd()),
      ]
        .filter((line) => line.trim() !== '')
        .join('\n');
    const [first = '', ...rest] = wrap(detail, room - 10);
    const indent = ' '.repeat(visibleWidth(head));
    return [`${head}${first}${time}`.trimEnd(), ...rest.map((line) => indent + line)].join('\n');
  }
  const time = isTimed(step) ? style.dim(formatElapsed(step.durationMs).padStart(10)) : '';
  return `${head}${detail.padEnd(DETAIL_WIDTH)}${time}`.trimEnd();
}

function isTimed(step: VerificationStep): boolean {
  return step.status === 'passed' || step.status === 'failed';
}

function symbolOf(step: VerificationStep, style: Style): string {
  const width = Math.max(...[style.symbols.passed, style.symbols.skipped].map(visibleWidth));
  switch (step.status) {
    case 'passed':
      return style.green(style.symbols.passed.padEnd(width));
    case 'failed':
      return step.counts === false
        ? style.yellow(style.symbols.failed.padEnd(width))
        : style.red(style.symbols.failed.padEnd(width));
    case 'skipped':
      return style.dim(style.symbols.skipped.padEnd(width));
    case 'not-verified':
      return style.yellow(style.symbols.skipped.padEnd(width));
  }
}

/** A step that is running, for the line that a spinner redraws. */
export type RunningStep = {
  readonly name: string;
  readonly detail: string;
  readonly elapsedMs: number;
};

/** The one line that stands while steps run: never wider than the terminal. */
export function formatRunning(
  steps: readonly RunningStep[],
  frame: number,
  { style, columns }: { readonly style: Style; readonly columns: number },
): string {
  const { frames, separator } = style.symbols;
  const texts = steps.map(({ name, detail, elapsedMs }) =>
    [name, formatElapsed(elapsedMs), detail].filter((part) => part !== '').join(' '),
  );
  const line = truncate(texts.join(separator), columns - 5);
  return `  ${style.cyan(frames[frame % frames.length] ?? '')} ${line}`;
}

/** More of a failing step than this scrolls its beginning away. */
const MAX_LINES = 80;

function cutLines(text: string): string {
  const lines = text.split('\n');
  if (lines.length <= MAX_LINES) return text;
  return [...lines.slice(0, MAX_LINES), `… and ${lines.length - MAX_LINES} more lines`].join('\n');
}

/** What a failed step printed, then the command that repeats it. */
export function formatFailure(step: VerificationStep, style: Style): string {
  const output = cutLines(step.output.trimEnd());
  return [
    ...(output === '' ? [] : ['', output.replaceAll(/^/gm, '    ')]),
    ...(step.repeat === '' ? [] : ['', `  ${style.dim('to repeat it:')} ${step.repeat}`]),
    '',
  ].join('\n');
}

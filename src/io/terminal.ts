import { showControls, showRunnerCommands } from '../model/inert-text.js';

/** One output stream of the process. Writing to it never fails: what cannot be written is swallowed. */
export type Output = {
  /** Prints text in which nothing but colours means anything to the terminal, nor to a CI runner. */
  readonly write: (text: string) => void;
  /** Takes back what stands on the current line. */
  readonly clearLine: () => void;
  readonly isTerminal: boolean;
  readonly hasColor: boolean;
  /** False where only ASCII is sure to show. */
  readonly hasUnicode: boolean;
  readonly columns: () => number;
  /**
   * Waits until all is written.
   *
   * @returns what kept it from being written; a reader that went away did not want more
   */
  readonly finish: () => Promise<NodeJS.ErrnoException | undefined>;
};

/** What of a Node stream an output needs. */
type Stream = {
  write(text: string, done?: () => void): boolean;
  on(event: 'error', listener: (error: NodeJS.ErrnoException) => void): unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
};

type Environment = Readonly<Record<string, string | undefined>>;

const CLEAR_LINE = '\r\u001b[2K';

/** Width of text for a reader whose terminal does not say, such as a pager. */
const DEFAULT_COLUMNS = 80;

/**
 * Wraps a stream. When its reader goes away (`scaffold list | head -1`), the command still
 * finishes what it does to files.
 */
export function openOutput(stream: Stream, env: Environment): Output {
  let isOpen = true;
  let failure: NodeJS.ErrnoException | undefined;
  stream.on('error', (error) => {
    isOpen = false;
    if (error.code !== 'EPIPE' && error.code !== 'ERR_STREAM_DESTROYED') failure ??= error;
  });
  const isTerminal = stream.isTTY === true;
  const print = (text: string): void => {
    if (isOpen) stream.write(text);
  };
  const isRunner = env.GITHUB_ACTIONS === 'true';
  return {
    write: (text) => {
      const shown = showControls(text);
      print(isRunner ? showRunnerCommands(shown) : shown);
    },
    clearLine: () => print(CLEAR_LINE),
    isTerminal,
    hasColor: wantsColor(isTerminal, env),
    hasUnicode: env.TERM !== 'dumb' && env.TERM !== 'linux',
    columns: () => stream.columns ?? (Number(env.COLUMNS) || DEFAULT_COLUMNS),
    finish: async () => {
      // A stream tells of an error only after it has called back.
      if (isOpen) await new Promise((done) => stream.write('', () => setImmediate(done)));
      return failure;
    },
  };
}

/** https://no-color.org: any non-empty NO_COLOR switches colour off. */
function wantsColor(isTerminal: boolean, env: Environment): boolean {
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== '') return false;
  if (env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== '0') return true;
  return isTerminal && env.TERM !== 'dumb';
}

/** Questions are asked only where a person can answer: never in CI. */
export function isInteractive(
  streams: { readonly stdin: { isTTY?: boolean }; readonly stdout: { isTTY?: boolean } },
  env: Environment,
): boolean {
  const isCi = env.CI !== undefined && env.CI !== '' && env.CI !== 'false' && env.CI !== '0';
  return streams.stdin.isTTY === true && streams.stdout.isTTY === true && !isCi;
}

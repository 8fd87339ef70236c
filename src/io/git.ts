import { exitCodes, ToolError } from '../model/errors.js';
import { quote } from '../model/text.js';
import { interrupted } from './changed.js';
import { guardArguments, guardEnvironment, overridesOf } from './git-guard.js';
import { findGitTop } from './git-folder.js';
import type { Environment, ProcessEnd, Processes } from './process.js';

/** Longest wait for one answer of git: listing a work tree of a million files takes less. */
const TIMEOUT_MS = 60_000;
const MAX_OUTPUT = 256 * 1_024 * 1_024;

/** What git says, or why it says nothing. */
export type GitAnswer =
  | { readonly kind: 'answer'; readonly output: Buffer }
  /** The folder lies in no repository. */
  | { readonly kind: 'outside' }
  /** The folder lies in a repository, and git is not on PATH. */
  | { readonly kind: 'missing' }
  /** The folder belongs to another user, and safe.directory does not list it. */
  | { readonly kind: 'not-owned'; readonly folder: string }
  | { readonly kind: 'failed'; readonly reason: string };

/** Settings by their name, section and key in lower case; the last of several. */
export type GitConfig = ReadonlyMap<string, string>;

/** Git for one folder. Every call is guarded (git-guard.ts), bounded, and ended with this process. */
export type Git = {
  readonly root: string;
  /**
   * Asks git in the folder.
   *
   * @throws ToolError `git-timeout`, `git-too-much` (exit 6); 130 on Ctrl-C
   */
  readonly ask: (args: readonly string[], input?: string) => Promise<GitAnswer>;
  /** The settings that this tool looks at; read once. @throws ToolError as `ask` */
  readonly config: () => Promise<GitConfig>;
};

/** Whose environment and signal git runs with. */
export type GitHost = { readonly env: Environment; readonly signal: AbortSignal };

/** One for all calls: its watchdog ends with this process. */
let processes: Processes | undefined;

/**
 * Git for a repository that this run has made: no one has had the time to configure programs in it, so that it need
 * not be asked which there are. Only for questions that run no filter, since the user's own stay.
 */
export function openNewGit(root: string, host: GitHost): Git {
  return openConfigured(root, host, Promise.resolve(new Map()));
}

/** Git for a folder, which need not lie in a repository. Nothing runs yet. */
export function openGit(root: string, host: GitHost): Git {
  return openConfigured(root, host);
}

function openConfigured(root: string, host: GitHost, config?: Promise<GitConfig>): Git {
  const askRaw = async (
    args: readonly string[],
    settings?: ReadonlyMap<string, string>,
    input?: string,
  ): Promise<GitAnswer> =>
    findGitTop(root) === undefined
      ? { kind: 'outside' }
      : await runGit(args, { ...host, cwd: root, settings, input });
  const readConfig = (): Promise<GitConfig> =>
    (config ??= askRaw(CONFIG_ARGUMENTS).then(parseConfig));
  return {
    root,
    config: readConfig,
    ask: async (args, input) => await askRaw(args, overridesOf((await readConfig()).keys()), input),
  };
}

const CONFIG_ARGUMENTS = [
  'config',
  '-z',
  '--get-regexp',
  String.raw`^(core\.(filemode|autocrlf|eol|sparsecheckout|sparsecheckoutcone)|filter\..*|diff\..*\.(command|textconv)|remote\..*\.(promisor|partialclonefilter))$`,
];

/** Entries end with NUL; a setting without a value means true. */
function parseConfig(answer: GitAnswer): GitConfig {
  if (answer.kind !== 'answer') return new Map();
  const entries = answer.output.toString('utf8').split('\0');
  return new Map(
    entries
      .filter((entry) => entry !== '')
      .map((entry) => {
        const end = entry.indexOf('\n');
        return end === -1 ? [entry, 'true'] : [entry.slice(0, end), entry.slice(end + 1)];
      }),
  );
}

/**
 * Runs git once, in any folder.
 *
 * @throws ToolError as `Git.ask`
 */
export async function runGit(
  args: readonly string[],
  {
    cwd,
    env,
    signal,
    settings,
    input,
  }: GitHost & {
    readonly cwd: string;
    readonly settings?: ReadonlyMap<string, string> | undefined;
    readonly input?: string | undefined;
  },
): Promise<GitAnswer> {
  // Most runs of drift ask nothing.
  processes ??= (await import('./process.js')).openProcesses();
  const chunks: Buffer[] = [];
  const overflow = new AbortController();
  let size = 0;
  const { end, errors } = await processes.run(
    {
      file: 'git',
      args: [...guardArguments, ...args],
      cwd,
      env: guardEnvironment(env, settings),
    },
    {
      timeoutMs: TIMEOUT_MS,
      signal: AbortSignal.any([signal, overflow.signal]),
      input,
      onBytes: (bytes) => {
        size += bytes.length;
        if (size > MAX_OUTPUT) overflow.abort();
        else chunks.push(bytes);
      },
    },
  );
  if (signal.aborted) throw interrupted();
  if (overflow.signal.aborted) throw tooMuch(args, cwd);
  return answerOf(end, { output: Buffer.concat(chunks), errors, args, cwd });
}

function answerOf(
  end: ProcessEnd,
  {
    output,
    errors,
    args,
    cwd,
  }: { output: Buffer; errors: string; args: readonly string[]; cwd: string },
): GitAnswer {
  switch (end.kind) {
    case 'exited':
      return end.code === 0 ? { kind: 'answer', output } : refusalOf(errors, end.code, cwd);
    case 'not-started':
      return end.reason === 'not found'
        ? { kind: 'missing' }
        : { kind: 'failed', reason: end.reason };
    case 'killed':
      return { kind: 'failed', reason: `killed by ${end.signal}` };
    case 'timed-out':
      throw new ToolError({
        code: 'git-timeout',
        exitCode: exitCodes.environment,
        message: `git ${args[0] ?? ''} did not end within ${TIMEOUT_MS / 1_000} s in ${quote(cwd)}.`,
        hint: 'Run git status there to see what holds it up, then run again.',
      });
    case 'interrupted':
      throw interrupted();
  }
}

/** Messages are those of LC_ALL=C. */
function refusalOf(errors: string, code: number, cwd: string): GitAnswer {
  if (/dubious ownership|unsafe repository/.test(errors)) {
    const folder = /--add safe\.directory '?(.+?)'?$/m.exec(errors)?.[1];
    return { kind: 'not-owned', folder: folder ?? cwd };
  }
  if (errors.includes('not a git repository')) return { kind: 'outside' };
  const line = errors.split('\n').find((text) => text.trim() !== '');
  return { kind: 'failed', reason: line?.replace(/^fatal: /, '').trim() ?? `exit ${code}` };
}

function tooMuch(args: readonly string[], cwd: string): ToolError {
  return new ToolError({
    code: 'git-too-much',
    exitCode: exitCodes.environment,
    message: `git ${args[0] ?? ''} prints more than ${MAX_OUTPUT / 1_048_576} MiB in ${quote(cwd)}.`,
    hint: 'Run it in the folder of one service.',
  });
}

import { relative } from 'node:path';

import type { Command, Environment, Processes, ProcessResult } from '../io/process.js';
import type { StepEnd } from '../model/verification.js';
import { helpers } from '../stages/quoting.js';

/** What a step has at hand while it runs. */
export type StepContext = {
  readonly processes: Processes;
  /** Aborted on Ctrl-C. */
  readonly signal: AbortSignal;
  /** Says what the step is at, such as the package under test. */
  readonly tell: (detail: string) => void;
};

export type { StepEnd };

/** One thing to verify. */
export type Step = {
  /** Short and stable: it is shown, and other steps name it. */
  readonly name: string;
  /** Steps that must have passed before this one can say anything. */
  readonly after: readonly string[];
  readonly run: (context: StepContext) => Promise<StepEnd>;
};

/** A command of a step. */
export type StepCommand = Command & {
  /** Variables of `env` that somebody who repeats the command must set. */
  readonly variables: readonly string[];
};

/**
 * The end of a step whose command did not end with 0.
 *
 * @returns undefined when it did
 */
export function endOf(
  { end, output }: ProcessResult,
  { command, timeoutMs }: { readonly command: StepCommand; readonly timeoutMs: number },
): StepEnd | undefined {
  const failed = (detail: string): StepEnd => ({
    status: 'failed',
    detail,
    output,
    repeat: repeatOf(command),
  });
  switch (end.kind) {
    case 'exited':
      return end.code === 0 ? undefined : failed(`exit ${end.code}`);
    case 'timed-out':
      return failed(`no end after ${formatSpan(timeoutMs)}: stopped, with all that it had started`);
    case 'killed':
      return failed(`killed by ${end.signal}`);
    case 'not-started':
      return { status: 'not-verified', detail: `${command.file} cannot be started: ${end.reason}` };
    case 'interrupted':
      return { status: 'not-verified', detail: 'interrupted' };
  }
}

function formatSpan(ms: number): string {
  if (ms < 1_000) return `${ms} ms`;
  return ms < 60_000 ? `${Math.round(ms / 1_000)} s` : `${Math.round(ms / 60_000)} min`;
}

/** The command as one would type it here. */
function repeatOf({ file, args, cwd, env, variables }: StepCommand): string {
  const folder = relative(process.cwd(), cwd);
  const set = variables.map((name) => `${name}=${helpers.sh(env[name] ?? '')}`);
  const typed = [...set, ...[file, ...args].map((word) => helpers.sh(word))].join(' ');
  return folder === '' ? typed : `cd ${helpers.sh(folder)} && ${typed}`;
}

/** The environment of this tool with some variables set. */
export function withVariables(
  env: Environment,
  variables: Readonly<Record<string, string>>,
): Environment {
  return { ...env, ...variables };
}

/**
 * Exit codes are part of the interface: scripts and CI read them.
 * When several apply, the first of 130, 70, 6, 2, 3, 1 wins.
 */
export const exitCodes = {
  clean: 0,
  findings: 1,
  usage: 2,
  conflicts: 3,
  inputNeeded: 4,
  untrusted: 5,
  environment: 6,
  bug: 70,
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** Something that stops the tool. What the tool finds and goes on from is a value, not an error. */
export class ToolError extends Error {
  override readonly name = 'ToolError';
  /** Stable identifier, lower-case with dashes, listed in the reference. */
  readonly code: string;
  readonly exitCode: ExitCode;
  /** What to do next, one line or a few; empty when the message already says it. */
  readonly hint: string;

  constructor(problem: {
    code: string;
    exitCode: ExitCode;
    message: string;
    hint?: string;
    cause?: unknown;
  }) {
    super(problem.message, problem.cause === undefined ? undefined : { cause: problem.cause });
    this.code = problem.code;
    this.exitCode = problem.exitCode;
    this.hint = problem.hint ?? '';
  }
}

/** The input is wrong: exit 2, before anything is written. */
export function inputError(code: string, message: string, hint = ''): ToolError {
  return new ToolError({ code, exitCode: exitCodes.usage, message, hint });
}

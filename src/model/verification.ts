/** What running a project's own tools said about it. */

/**
 * `skipped`: an optional tool is absent, or there is nothing to check. `not-verified`: a required
 * toolchain is missing, or the run was cut short.
 */
export type StepStatus = 'passed' | 'failed' | 'skipped' | 'not-verified';

export type VerificationStep = {
  /** Short and stable: `go test`, `manifests`, `istioctl`. */
  readonly name: string;
  readonly status: StepStatus;
  /** False for a failure that does not fail the run: what is wrong was there before, or is a warning. */
  readonly counts?: false;
  readonly durationMs: number;
  /** A few words for the same line: `48 passed`, `14 valid`, `not on PATH`. */
  readonly detail: string;
  /** What a failed step printed; otherwise empty. */
  readonly output: string;
  /** The command that repeats the step; empty where there is none. */
  readonly repeat: string;
};

/** How a step ended; what is left out is empty. */
export type StepEnd = Pick<VerificationStep, 'status' | 'detail'> &
  Partial<Pick<VerificationStep, 'output' | 'repeat'>>;

export type Verification = {
  /** The worst of the steps; skipped ones do not count. */
  readonly status: StepStatus;
  readonly steps: readonly VerificationStep[];
};

/** Told while steps run, several at once. */
export type VerificationEvent =
  | { readonly kind: 'started'; readonly name: string }
  /** What the step is at, such as the package under test. */
  | { readonly kind: 'progress'; readonly name: string; readonly detail: string }
  | { readonly kind: 'ended'; readonly step: VerificationStep };

import { exitCodes, ToolError } from '../model/errors.js';
import type {
  StepStatus,
  Verification,
  VerificationEvent,
  VerificationStep,
} from '../model/verification.js';
import { openProcesses } from '../io/process.js';
import type { Step, StepContext } from './step.js';

export type ScheduleOptions = {
  readonly signal: AbortSignal;
  readonly onEvent: (event: VerificationEvent) => void;
};

/**
 * Runs steps, side by side where none waits for another. A step whose predecessor did not pass is skipped.
 *
 * @returns the steps in the order given
 * @throws ToolError exit 130 on Ctrl-C, once every process has ended
 */
export async function runSteps(
  steps: readonly Step[],
  { signal, onEvent }: ScheduleOptions,
): Promise<Verification> {
  requireOrder(steps);
  const processes = openProcesses();
  // A bug in one step must not leave the processes of the others behind.
  const stop = new AbortController();
  const context = { processes, signal: AbortSignal.any([signal, stop.signal]) };
  const ended = new Map<string, Promise<VerificationStep>>();
  for (const step of steps) {
    const run = runStep(step, ended, context, onEvent).catch((error: unknown) => {
      stop.abort();
      throw error;
    });
    ended.set(step.name, run);
  }
  const settled = await Promise.allSettled(ended.values());
  processes.close();
  if (signal.aborted) throw interrupted();
  const results = settled.map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  });
  return { status: worstOf(results), steps: results };
}

async function runStep(
  step: Step,
  ended: ReadonlyMap<string, Promise<VerificationStep>>,
  context: Omit<StepContext, 'tell'>,
  onEvent: (event: VerificationEvent) => void,
): Promise<VerificationStep> {
  const { name } = step;
  const finish = (
    end: Pick<VerificationStep, 'status' | 'detail'> & Partial<VerificationStep>,
    started: number,
  ): VerificationStep => {
    const durationMs = performance.now() - started;
    const result = { output: '', repeat: '', ...end, name, durationMs };
    onEvent({ kind: 'ended', step: result });
    return result;
  };
  const before = await Promise.all(step.after.flatMap((other) => ended.get(other) ?? []));
  const missing = before.find((other) => other.status !== 'passed');
  if (missing !== undefined) {
    return finish({ status: 'skipped', detail: `needs ${missing.name}` }, performance.now());
  }
  const started = performance.now();
  onEvent({ kind: 'started', name });
  const tell = (detail: string): void => onEvent({ kind: 'progress', name, detail });
  return finish(await step.run({ ...context, tell }), started);
}

/** Steps come after those that they name; anything else would wait for ever. */
function requireOrder(steps: readonly Step[]): void {
  const known = new Set<string>();
  for (const { name, after } of steps) {
    const unknown = after.find((other) => !known.has(other));
    if (unknown !== undefined) throw new Error(`the step ${name} comes before ${unknown}`);
    if (known.has(name)) throw new Error(`two steps are called ${name}`);
    known.add(name);
  }
}

/** In the order of the exit codes: 6 wins over 1. */
const order: readonly StepStatus[] = ['not-verified', 'failed', 'passed', 'skipped'];

function worstOf(steps: readonly VerificationStep[]): StepStatus {
  return order.find((status) => steps.some((step) => step.status === status)) ?? 'skipped';
}

function interrupted(): ToolError {
  return new ToolError({
    code: 'interrupted',
    exitCode: exitCodes.interrupted,
    message: 'Interrupted: nothing is proven.',
    hint: 'What was written stays. npx meshwright verify starts again.',
  });
}

import type { Moment, OnStep } from './change.js';
import { interrupted } from './changed.js';

/** Announces a moment to a test that wants to interfere. */
export async function tell(
  options: { readonly onStep?: OnStep | undefined },
  phase: Moment['phase'],
  path = '',
): Promise<void> {
  if (options.onStep !== undefined) await options.onStep({ phase, path });
}

/** @throws ToolError exit 130 once Ctrl-C was pressed */
export function requireUninterrupted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw interrupted();
}

/** Lets a pending signal reach its handler: a long row of synchronous calls would keep it waiting. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

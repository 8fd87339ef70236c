import type { NextStep } from '../model/next-step.js';
import type { Verification } from '../model/verification.js';
import type { Unsettled } from '../stages/find-unsettled.js';
import { loadToolchain } from '../verify/load-toolchain.js';
import { settleStep } from '../verify/toolchain.js';

/** What the language's tools will refuse in a project, with the commands that mend it; reads, starts nothing. */
export async function foreseeSteps(
  root: string,
  language: string,
  changed: ReadonlySet<string>,
): Promise<readonly NextStep[]> {
  const toolchain = await loadToolchain(language).catch(() => undefined);
  return toolchain?.foresee?.(root, changed) ?? [];
}

/** The command that finishes merged dependency files, as a step for people. */
export function settlingStep({ paths, command }: Unsettled): NextStep {
  return { command, does: `finishes ${paths.join(' and ')}, which you and the template changed` };
}

/** Whether a verification has finished the dependency files. */
export function hasSettled(verification: Verification | undefined): boolean {
  return (
    verification?.steps.some(({ name, status }) => name === settleStep && status === 'passed') ===
    true
  );
}

import type { ChoiceFlags } from './new-choices.js';

export type NewServiceOptions = ChoiceFlags & {
  readonly dir?: string | undefined;
  readonly yes: boolean;
  readonly dryRun: boolean;
  readonly verify: boolean;
  /** Also print the workflow for the top of the repository. */
  readonly printWorkflow?: boolean | undefined;
  readonly json?: boolean | undefined;
};

import type { ChoiceFlags } from './new-choices.js';

export type NewServiceOptions = ChoiceFlags & {
  readonly dir?: string | undefined;
  readonly yes: boolean;
  readonly dryRun: boolean;
  readonly verify: boolean;
  readonly json?: boolean | undefined;
};

import type { HiddenPart } from '../io/hidden-manifests.js';
import type { Environment } from '../io/process.js';
import type { NextStep } from '../model/next-step.js';
import type { Step } from './step.js';

export type VerifyRequest = {
  /** Folder of the project. */
  readonly root: string;
  /** Look for data races, where the language can. */
  readonly race: boolean;
  readonly env: Environment;
  /** Its code was made by hand: nothing is known of it but what its own files say. */
  readonly adopted?: boolean | undefined;
  /** What a sparse checkout keeps off the disk; absent where nothing is. */
  readonly hidden?: HiddenPart | undefined;
  /** The command that finishes merged dependency files, to run first; absent when they need none. */
  readonly settle?: string | undefined;
};

/** Name of the step that runs `settle`, in every language. */
export const settleStep = 'dependencies';

/** How the code of one language is verified: what `languages/<language>.ts` exports as `toolchain`. */
export type Toolchain = {
  /** Steps in an order in which each stands after those that it needs. Nothing runs yet. */
  readonly steps: (request: VerifyRequest) => readonly Step[];
  /**
   * What the language's tools will refuse in this project, said before they are tried, with the commands that mend
   * it. Reads files and starts nothing.
   *
   * @param changed paths that are about to be written
   */
  readonly foresee?: (root: string, changed: ReadonlySet<string>) => readonly NextStep[];
};

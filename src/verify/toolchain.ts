import type { Environment } from '../io/process.js';
import type { Step } from './step.js';

export type VerifyRequest = {
  /** Folder of the project. */
  readonly root: string;
  /** Look for data races, where the language can. */
  readonly race: boolean;
  readonly env: Environment;
};

/** How the code of one language is verified. A further language is one file that exports one of these. */
export type Toolchain = {
  readonly language: string;
  /** Steps in an order in which each stands after those that it needs. Nothing runs yet. */
  readonly steps: (request: VerifyRequest) => readonly Step[];
};

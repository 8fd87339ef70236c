import type { Environment } from '../io/process.js';
import type { Step } from './step.js';

export type VerifyRequest = {
  /** Folder of the project. */
  readonly root: string;
  /** Look for data races, where the language can. */
  readonly race: boolean;
  readonly env: Environment;
};

/** How the code of one language is verified: what `languages/<language>.ts` exports as `toolchain`. */
export type Toolchain = {
  /** Steps in an order in which each stands after those that it needs. Nothing runs yet. */
  readonly steps: (request: VerifyRequest) => readonly Step[];
};

import type { Contribution, FileDeclaration } from './manifest.js';
import type { FileMode } from './tree.js';
import type { Ownership } from './ownership.js';
import type { RenderContext } from './context.js';

/** One file that a request would write. */
export type PlannedFile = {
  readonly path: string;
  /** Key of its template in the catalog. */
  readonly template: string;
  readonly mode: FileMode;
  readonly ownership: Ownership;
  /** Slots that the file has. */
  readonly slots: FileDeclaration['slots'];
  /** Capability whose folder it comes from; absent for the skeleton's. */
  readonly owner: string | undefined;
  /** Paths that it had in earlier template versions. */
  readonly was: readonly string[];
  readonly context: RenderContext;
};

/** A text that goes into a slot, in its place among the others. */
export type PlannedContribution = {
  readonly slot: Contribution['slot'];
  readonly template: string;
  readonly owner: string | undefined;
};

/** What a resolved request would write, before any text is made. */
export type Plan = {
  readonly files: readonly PlannedFile[];
  readonly contributions: ReadonlyMap<string, readonly PlannedContribution[]>;
};

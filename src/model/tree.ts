import type { Ownership } from './ownership.js';

export type FileMode = '644' | '755';

/** A file in memory, as the tool would write it. */
export type TreeFile = {
  /** LF line ends, UTF-8. */
  readonly text: string;
  readonly mode: FileMode;
  readonly ownership: Ownership;
  /** Ids of the capabilities that contributed, sorted; empty for the skeleton alone. */
  readonly capabilities: readonly string[];
  /** Paths that it had in earlier template versions. */
  readonly was: readonly string[];
};

/** Path (relative, `/`) to file. */
export type Tree = ReadonlyMap<string, TreeFile>;

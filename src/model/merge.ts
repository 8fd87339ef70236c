import type { FileMode } from './tree.js';
import type { Ownership } from './ownership.js';

/** One side's version of a file: LF text, or undefined when its bytes are no text. */
export type Side = {
  /** Git blob id of the LF bytes (of the bytes as they are, when they are no text). */
  readonly id: string;
  readonly mode: FileMode;
  readonly text: string | undefined;
};

/** What the tool last wrote at a path. */
export type BaseFile = {
  readonly id: string;
  readonly mode: FileMode;
  readonly ownership: Ownership | 'user';
  /** Undefined when its contents are nowhere to be found any more. */
  readonly text: string | undefined;
};

/** What stands on disk at a path; a link or a folder is `blocked`. */
export type OurFile =
  | { readonly kind: 'file'; readonly side: Side }
  | { readonly kind: 'blocked'; readonly what: string };

/** The new template's version. */
export type TheirFile = Side & { readonly text: string; readonly ownership: Ownership };

export type ConflictKind =
  /** Both changed the same lines: markers in the file. */
  | 'both-changed'
  /** Both changed, and it is no text: theirs lies beside it. */
  | 'binary'
  /** Changed here, gone from the template. */
  | 'deleted-by-template'
  /** The template brings a file at a path where another stands already. */
  | 'exists'
  /** Changed here, and what the tool last wrote is lost: theirs lies beside it. */
  | 'base-lost'
  /** A folder, link or special file stands at the path. */
  | 'blocked';

/** What an update does to one path. */
export type MergeAction =
  /** Nothing changes on disk. `note` says what is worth knowing. */
  | {
      readonly kind: 'keep';
      readonly note: 'same' | 'edited' | 'adopted' | 'stays-deleted' | 'released';
    }
  | { readonly kind: 'create' | 'update'; readonly text: string; readonly mode: FileMode }
  /** Both sides' changes are in the text. */
  | {
      readonly kind: 'merge';
      readonly text: string;
      readonly mode: FileMode;
      readonly from: string;
    }
  | { readonly kind: 'delete' }
  | { readonly kind: 'conflict'; readonly conflict: ConflictKind; readonly leaves: Leftover };

/** What a conflict leaves: markers in the file itself, or a file beside it. */
export type Leftover =
  | {
      readonly kind: 'markers';
      readonly text: string;
      readonly mode: FileMode;
      readonly line: number;
    }
  | { readonly kind: 'beside'; readonly path: string; readonly text: string };

export type MergedFile = { readonly path: string; readonly action: MergeAction };

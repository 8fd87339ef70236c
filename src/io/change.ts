import type { JsonValue } from '../model/json.js';
import type { FileMode } from '../model/tree.js';

/** What stood at a path when the change was computed: nothing, or bytes with this id (`contentId`). */
export type Before = 'absent' | { readonly id: string };

/** One thing to do to a file of a project. Folders come and go with their files. */
export type Change =
  | {
      readonly kind: 'write';
      /** Relative to the root, `/` between segments. */
      readonly path: string;
      readonly content: string | Uint8Array;
      readonly mode: FileMode;
      readonly before: Before;
    }
  | { readonly kind: 'delete'; readonly path: string; readonly before: { readonly id: string } };

/** A moment in a run at which a test can interfere: just before the effect that it names. */
export type Moment = {
  readonly phase:
    | 'lock'
    | 'stage'
    | 'sync'
    | 'journal'
    | 'apply'
    | 'pause'
    | 'prune'
    | 'turn'
    | 'undo'
    | 'clean'
    | 'release';
  /** The file concerned; empty where there is none. */
  readonly path: string;
};

/** Called at every moment; what it throws counts as the failure of that effect. */
export type OnStep = (moment: Moment) => void | Promise<void>;

export type RunOptions = {
  /** The command line as people know it: another run that is refused names it. */
  readonly command: string;
  /** Aborted on Ctrl-C: what was begun is undone, exit 130. */
  readonly signal?: AbortSignal | undefined;
  readonly onStep?: OnStep | undefined;
};

/** A file that somebody edited after the tool wrote it, moved aside before its place was needed. */
export type SavedAside = { readonly path: string; readonly copy: string };

export type Outcome = {
  /** `waiting`: conflicts are to be resolved, the record is not written yet. */
  readonly state: 'done' | 'waiting' | 'undone';
  readonly saved: readonly SavedAside[];
};

export type WriteRequest = RunOptions & {
  /** A folder that exists. */
  readonly root: string;
  readonly changes: readonly Change[];
  /** Changes below `.scaffold/`, in order: the lock is the last and completes the run. */
  readonly record: readonly Change[];
  /** Stop before the record and keep this (the conflicts) for `readUnfinished`; `--continue` goes on. */
  readonly pause?: JsonValue | undefined;
  /** Makes a repository in an empty folder; the `.git` it leaves there is moved to the root last. */
  readonly repository?: ((folder: string) => Promise<void>) | undefined;
};

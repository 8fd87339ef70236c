import type {
  BaseFile,
  ConflictKind,
  MergeAction,
  MergedFile,
  OurFile,
  Side,
  TheirFile,
} from '../../model/merge.js';
import { decide } from './decide.js';
import { mergeContents } from './merge-contents.js';

export type MergeInput = {
  /** By the path at which the tool last wrote. */
  readonly base: ReadonlyMap<string, BaseFile>;
  /** By path on disk, for every path of base, theirs and renames. */
  readonly ours: ReadonlyMap<string, OurFile>;
  readonly theirs: ReadonlyMap<string, TheirFile>;
  /** Declared by the template: new path to old path. */
  readonly templateRenames: ReadonlyMap<string, string>;
  /** Made by people: old path to new path. */
  readonly ourRenames: ReadonlyMap<string, string>;
};

/**
 * Brings together what the tool last wrote, what is on disk and what the template wants now. Sorted by path;
 * what needs no word (a file that never was) is left out.
 */
export function merge(input: MergeInput): readonly MergedFile[] {
  const { base, theirs, templateRenames } = input;
  const renamedFrom = new Set(
    [...templateRenames].flatMap(([to, from]) => (base.has(from) && theirs.has(to) ? [from] : [])),
  );
  const paths = new Set([...base.keys(), ...theirs.keys()]);
  return [...paths]
    .filter((path) => !renamedFrom.has(path))
    .flatMap((path) => {
      const from = templateRenames.get(path);
      return from !== undefined && renamedFrom.has(from)
        ? mergeRenamed(path, from, input)
        : mergePath(path, input);
    })
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** The template moved a file: our edit follows it, unless people moved it too; then theirs is the place. */
function mergeRenamed(path: string, from: string, input: MergeInput): MergedFile[] {
  const at = input.ours.has(path) ? path : (input.ourRenames.get(from) ?? from);
  const ours = input.ours.get(at);
  const action = actionFor(at === from ? path : at, {
    base: input.base.get(from),
    ours,
    theirs: input.theirs.get(path),
  });
  if (action === undefined) return [];
  if (at !== from || ours?.kind !== 'file') return [{ path: at === from ? path : at, action }];
  const moved = contentsAfter(action, ours.side);
  if (moved === undefined) return [{ path: from, action }];
  const kind = action.kind === 'merge' ? 'merge' : 'create';
  return [
    { path, action: { kind, from, ...moved } },
    { path: from, action: { kind: 'delete' } },
  ];
}

function contentsAfter(
  action: MergeAction,
  side: Side,
): { text: string; mode: Side['mode'] } | undefined {
  if (action.kind === 'keep')
    return side.text === undefined ? undefined : { text: side.text, mode: side.mode };
  if (action.kind === 'create' || action.kind === 'update' || action.kind === 'merge') {
    return { text: action.text, mode: action.mode };
  }
  return undefined;
}

function mergePath(path: string, input: MergeInput): MergedFile[] {
  const moved = input.ourRenames.get(path);
  const at = moved ?? path;
  const action = actionFor(at, {
    base: input.base.get(path),
    ours: input.ours.get(at),
    theirs: input.theirs.get(path),
  });
  return action === undefined ? [] : [{ path: at, action }];
}

type Versions = {
  readonly base: BaseFile | undefined;
  readonly ours: OurFile | undefined;
  readonly theirs: TheirFile | undefined;
};

function actionFor(path: string, versions: Versions): MergeAction | undefined {
  const { base, ours, theirs } = versions;
  const decision = decide(base, ours, theirs);
  switch (decision) {
    case 'gone':
      return undefined;
    case 'same':
    case 'edited':
    case 'adopted':
    case 'stays-deleted':
    case 'released':
      return { kind: 'keep', note: decision };
    case 'delete':
      return { kind: 'delete' };
    case 'create':
    case 'update':
      return { kind: decision, ...contentsOf(theirs) };
    case 'deleted-by-template':
      return conflictBeside(
        decision,
        `${path}.scaffold-deleted`,
        'The template no longer has this file; yours was edited.\nDelete it or keep it, then delete this note.\n',
      );
    case 'exists':
    case 'base-lost':
    case 'blocked':
      return conflictBeside(decision, `${path}.scaffold-new`, contentsOf(theirs).text);
    case 'merge':
      return mergeSides(path, versions);
  }
}

function contentsOf(theirs: TheirFile | undefined): { text: string; mode: Side['mode'] } {
  if (theirs === undefined) throw new Error('the decision needs a file of the template');
  return { text: theirs.text, mode: theirs.mode };
}

function conflictBeside(conflict: ConflictKind, path: string, text: string): MergeAction {
  return { kind: 'conflict', conflict, leaves: { kind: 'beside', path, text } };
}

/** Both sides changed: contents are merged, and so are modes, where ours wins when both changed. */
function mergeSides(path: string, { base, ours, theirs }: Versions): MergeAction {
  if (base === undefined || ours?.kind !== 'file' || theirs === undefined)
    throw new Error('nothing to merge');
  const { side } = ours;
  const mode = side.mode === base.mode ? theirs.mode : side.mode;
  if (side.text === undefined) {
    return theirs.id === base.id
      ? { kind: 'keep', note: 'edited' }
      : conflictBeside('binary', `${path}.scaffold-new`, theirs.text);
  }
  if (theirs.id === base.id || theirs.id === side.id)
    return { kind: 'merge', text: side.text, mode, from: path };
  if (side.id === base.id) return { kind: 'merge', text: theirs.text, mode, from: path };
  if (base.text === undefined)
    return conflictBeside('base-lost', `${path}.scaffold-new`, theirs.text);
  const { text, conflicts } = mergeContents(path, {
    base: base.text,
    ours: side.text,
    theirs: theirs.text,
  });
  const [line] = conflicts;
  return line === undefined
    ? { kind: 'merge', text, mode, from: path }
    : { kind: 'conflict', conflict: 'both-changed', leaves: { kind: 'markers', text, mode, line } };
}

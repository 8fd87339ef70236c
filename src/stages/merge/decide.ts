import type { BaseFile, OurFile, Side, TheirFile } from '../../model/merge.js';

/**
 * What the three versions of one path ask for, by ids and modes alone. `merge` is the only answer for
 * which contents must be read.
 */
export type Decision =
  | 'same'
  | 'edited'
  | 'adopted'
  | 'stays-deleted'
  | 'gone'
  | 'released'
  | 'create'
  | 'update'
  | 'delete'
  | 'merge'
  | 'deleted-by-template'
  | 'exists'
  | 'base-lost'
  | 'blocked';

/** The merge table of docs/decisions/0013-one-merge-with-and-without-git.md: base, ours, theirs to what happens. */
export function decide(
  base: BaseFile | undefined,
  ours: OurFile | undefined,
  theirs: TheirFile | undefined,
): Decision {
  if (ours?.kind === 'blocked') return theirs === undefined ? 'released' : 'blocked';
  const side = ours?.side;
  if (base === undefined || base.ownership === 'user') return decideNew(side, theirs);
  if (base.ownership === 'seeded') return decideSeeded(base, side, theirs);
  if (side === undefined) return theirs === undefined ? 'gone' : 'stays-deleted';
  if (theirs === undefined) return isSame(side, base) ? 'delete' : 'deleted-by-template';
  if (isSame(side, theirs)) return 'same';
  if (isSame(theirs, base)) return 'edited';
  if (isSame(side, base)) return 'update';
  // A change of mode alone merges without contents.
  if (base.text === undefined && theirs.id !== base.id && side.id !== base.id) return 'base-lost';
  return 'merge';
}

function decideNew(side: Side | undefined, theirs: TheirFile | undefined): Decision {
  if (theirs === undefined) return side === undefined ? 'gone' : 'released';
  if (side === undefined) return 'create';
  return side.id === theirs.id ? 'adopted' : 'exists';
}

/** A seeded file is the user's from its first day: it comes and goes with its capability, and only unedited. */
function decideSeeded(
  base: BaseFile,
  side: Side | undefined,
  theirs: TheirFile | undefined,
): Decision {
  if (theirs !== undefined) return side === undefined ? 'stays-deleted' : 'same';
  if (side === undefined) return 'gone';
  return isSame(side, base) ? 'delete' : 'released';
}

function isSame(
  a: { readonly id: string; readonly mode: string },
  b: { readonly id: string; readonly mode: string },
): boolean {
  return a.id === b.id && a.mode === b.mode;
}

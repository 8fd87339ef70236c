import { diff3Merge } from 'node-diff3';

import { splitConflict } from '../merge-locks.js';
import { mergeContents } from './merge-contents.js';

/** A file on one branch: what it holds, and what the tool last wrote there. */
export type BranchFile = { readonly text: string; readonly written: string };

/**
 * Merges a file of two branches, each of which the tool wrote and people may have edited: both are brought to the
 * template of the merged request, and then what is left between them are the edits of people.
 *
 * @returns undefined where edits clash with the template or with each other
 */
export function mergeBranches(
  path: string,
  { ours, theirs }: { readonly ours: BranchFile; readonly theirs: BranchFile },
  wanted: string,
): string | undefined {
  const [left, right] = [ours, theirs].map(({ text, written }) =>
    clean(path, { base: written, ours: text, theirs: wanted }),
  );
  if (left === undefined || right === undefined) return undefined;
  return clean(path, { base: wanted, ours: left, theirs: right });
}

type Texts = { readonly base: string; readonly ours: string; readonly theirs: string };

/**
 * Merges scaffold.yaml of two branches by its structure.
 *
 * @returns undefined where both changed the same, or a comment would be lost
 */
export function mergeRequests(path: string, texts: Texts): string | undefined {
  // Lines that do not clash come from both sides in any case, and with them their comments.
  const { base } = texts;
  const sides = { base, ours: prefer('a', texts), theirs: prefer('b', texts) };
  const merged = clean(path, sides);
  if (merged === undefined) return undefined;
  const kept = new Set(commentsOf(merged));
  const was = new Set(commentsOf(base));
  const added = [texts.ours, texts.theirs].flatMap(commentsOf).filter((line) => !was.has(line));
  return added.every((comment) => kept.has(comment)) ? merged : undefined;
}

function clean(path: string, texts: Texts): string | undefined {
  const { base, ours, theirs } = texts;
  if (ours === theirs || theirs === base) return ours;
  if (ours === base) return theirs;
  const { text, conflicts } = mergeContents(path, texts);
  return conflicts.length === 0 ? text : undefined;
}

function commentsOf(text: string): string[] {
  return text.split('\n').flatMap((line) => /(?:^|\s)(#.*)$/.exec(line)?.[1]?.trim() ?? []);
}

/**
 * Whether a text in conflict is as git left it: all that the sides disagree about is still between markers, and nothing
 * else was touched.
 *
 * @returns false also where git may have aligned the sides in another way
 */
export function isAsGitLeft(text: string, texts: Texts): boolean {
  const left = splitConflict(text);
  return left?.ours === prefer('a', texts) && left.theirs === prefer('b', texts);
}

/** Changes of both sides, and those of one (a is ours, b theirs) where they clash. */
function prefer(side: 'a' | 'b', { base, ours, theirs }: Texts): string {
  const regions = diff3Merge(ours.split('\n'), base.split('\n'), theirs.split('\n'), {
    excludeFalseConflicts: true,
  });
  return regions.flatMap(({ ok, conflict }) => ok ?? conflict?.[side] ?? []).join('\n');
}

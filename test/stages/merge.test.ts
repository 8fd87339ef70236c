import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';

import { expect, test } from 'vitest';
import { parse } from 'yaml';

import { blobId } from '../../src/model/lock.js';
import type {
  BaseFile,
  MergeAction,
  MergedFile,
  OurFile,
  TheirFile,
} from '../../src/model/merge.js';
import { findRenames } from '../../src/stages/merge/find-renames.js';
import { merge, type MergeInput } from '../../src/stages/merge/merge.js';

/** One folder a case: base, ours and theirs as trees, what is on disk afterwards, and what happens to each path. */
const folder = join(import.meta.dirname, '../fixtures/merge');

type Case = {
  readonly actions: Readonly<Record<string, string>>;
  readonly templateRenames?: Readonly<Record<string, string>>;
  readonly seeded?: readonly string[];
  readonly lost?: readonly string[];
};

function readTree(root: string): Map<string, string> {
  if (!existsSync(root)) return new Map();
  const paths = readdirSync(root, { recursive: true, encoding: 'utf8' }).sort();
  return new Map(
    paths
      .filter((path) => statSync(join(root, path)).isFile())
      .map((path) => [relative('.', path), readFileSync(join(root, path), 'utf8')]),
  );
}

function inputOf(name: string, { templateRenames = {}, seeded = [], lost = [] }: Case): MergeInput {
  const [base, ours, theirs] = ['base', 'ours', 'theirs'].map((side) =>
    readTree(join(folder, name, side)),
  );
  const sideOf = (text: string) => ({ id: blobId(text), mode: '644' as const, text });
  const ownershipOf = (path: string) =>
    seeded.includes(path) ? ('seeded' as const) : ('managed' as const);
  const vanished = [...(base ?? [])].filter(([path]) => ours?.has(path) !== true);
  const candidates = [...(ours ?? [])].filter(
    ([path]) => base?.has(path) !== true && theirs?.has(path) !== true,
  );
  const identified = ([path, text]: [string, string]) => ({ path, id: blobId(text), text });
  return {
    base: new Map(
      [...(base ?? [])].map(([path, text]): [string, BaseFile] => [
        path,
        {
          ...sideOf(text),
          ownership: ownershipOf(path),
          ...(lost.includes(path) ? { text: undefined } : {}),
        },
      ]),
    ),
    ours: new Map(
      [...(ours ?? [])].map(([path, text]): [string, OurFile] => [
        path,
        { kind: 'file', side: sideOf(text) },
      ]),
    ),
    theirs: new Map(
      [...(theirs ?? [])].map(([path, text]): [string, TheirFile] => [
        path,
        { ...sideOf(text), ownership: ownershipOf(path) },
      ]),
    ),
    templateRenames: new Map(Object.entries(templateRenames)),
    ourRenames: findRenames(vanished.map(identified), candidates.map(identified)),
  };
}

/** What is on disk once the actions are carried out. */
function apply(name: string, merged: readonly MergedFile[]): Map<string, string> {
  const disk = readTree(join(folder, name, 'ours'));
  for (const { path, action } of merged) {
    if (action.kind === 'delete') disk.delete(path);
    else if (action.kind === 'conflict') {
      disk.set(action.leaves.kind === 'beside' ? action.leaves.path : path, action.leaves.text);
    } else if (action.kind !== 'keep') disk.set(path, action.text);
  }
  return new Map([...disk].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function nameOf(action: MergeAction): string {
  if (action.kind === 'keep') return action.note;
  return action.kind === 'conflict' ? action.conflict : action.kind;
}

test.each(readdirSync(folder))('%s', (name) => {
  const expected = parse(readFileSync(join(folder, name, 'case.yaml'), 'utf8')) as Case;
  const merged = merge(inputOf(name, expected));
  expect(Object.fromEntries(merged.map(({ path, action }) => [path, nameOf(action)]))).toEqual(
    expected.actions,
  );
  expect(apply(name, merged)).toEqual(readTree(join(folder, name, 'expected')));
});

import type { Change, WriteRequest } from '../../src/io/change.js';
import { contentId } from '../../src/io/content-id.js';
import type { Snapshot } from '../support/snapshot.js';

/** A project before and after one run that writes, replaces, deletes and changes a mode. */

export const before: Snapshot = {
  'README.md': 'readme\n',
  'cmd/main.go': 'package main // 1\n',
  'run.sh': '#!/bin/sh\n',
  'old/only/gone.txt': 'to be deleted\n',
  'old/stays.txt': 'stays\n',
  'deploy/gone.yaml': 'a: 1\n',
  '.scaffold/.gitattributes': 'base/* binary\n',
  '.scaffold/base/1111111111111111111111111111111111111111': 'base 1\n',
  '.scaffold/lock.json': '{"lock":1}\n',
};

export const after: Snapshot = {
  'README.md': 'readme\n',
  'cmd/main.go': 'package main // 2\n',
  'run.sh +x': '#!/bin/sh\n',
  'old/stays.txt': 'stays\n',
  'deploy/new/a.yaml': 'b: 1\n',
  'deploy/new/b.yaml': 'b: 2\n',
  '.scaffold/.gitattributes': 'base/* binary\n',
  '.scaffold/base/2222222222222222222222222222222222222222': 'base 2\n',
  '.scaffold/lock.json': '{"lock":2}\n',
};

/** After the changes, before the record: the state in which a run with conflicts waits. */
export const paused: Snapshot = Object.fromEntries([
  ...Object.entries(after).filter(([path]) => !path.startsWith('.scaffold/')),
  ...Object.entries(before).filter(([path]) => path.startsWith('.scaffold/')),
]);

export function request(root: string): WriteRequest {
  return {
    root,
    command: 'scaffold add capability jwt',
    changes: changesBetween(before, after, (path) => !path.startsWith('.scaffold/')),
    record: changesBetween(before, after, (path) => path.startsWith('.scaffold/')),
  };
}

/** A request that makes the whole of a tree where nothing was. */
export function newRequest(root: string): WriteRequest {
  return {
    root,
    command: 'scaffold new service orders',
    changes: changesBetween({}, after, (path) => !path.startsWith('.scaffold/')),
    record: changesBetween({}, after, (path) => path.startsWith('.scaffold/')),
  };
}

export function changesBetween(
  one: Snapshot,
  two: Snapshot,
  isWanted: (path: string) => boolean,
): Change[] {
  const bare = (files: Snapshot): Map<string, { text: string; mode: '644' | '755' }> =>
    new Map(
      Object.entries(files).map(([key, text]) => [
        key.replace(/ \+x$/, ''),
        { text, mode: key.endsWith(' +x') ? '755' : '644' },
      ]),
    );
  const [from, to] = [bare(one), bare(two)];
  const idOf = (text: string): { id: string } => ({ id: contentId(Buffer.from(text)) });
  const changes: Change[] = [];
  for (const [path, { text }] of from) {
    if (!to.has(path)) changes.push({ kind: 'delete', path, before: idOf(text) });
  }
  for (const [path, { text, mode }] of to) {
    const old = from.get(path);
    if (old?.text === text && old.mode === mode) continue;
    const known = old === undefined ? 'absent' : idOf(old.text);
    changes.push({ kind: 'write', path, content: text, mode, before: known });
  }
  return changes.filter(({ path }) => isWanted(path));
}

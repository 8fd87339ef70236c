import type { Lock, LockFile } from '../model/lock.js';

/** Whether a text holds conflict markers: a start and an end, each at the head of a line. */
export function isMarked(text: string): boolean {
  return /^<{7} /m.test(text) && /^>{7} /m.test(text);
}

/** Both sides of a text that git left in conflict; undefined when its markers do not pair. */
export function splitConflict(
  text: string,
): { readonly ours: string; readonly theirs: string } | undefined {
  const ours: string[] = [];
  const theirs: string[] = [];
  let place: 'both' | 'ours' | 'base' | 'theirs' = 'both';
  for (const line of text.split('\n')) {
    if (/^<{7}(?: |$)/.test(line) && place === 'both') place = 'ours';
    else if (/^\|{7}(?: |$)/.test(line) && place === 'ours') place = 'base';
    else if (/^={7}$/.test(line) && (place === 'ours' || place === 'base')) place = 'theirs';
    else if (/^>{7}(?: |$)/.test(line) && place === 'theirs') place = 'both';
    else {
      if (place === 'both' || place === 'ours') ours.push(line);
      if (place === 'both' || place === 'theirs') theirs.push(line);
    }
  }
  return place === 'both' ? { ours: ours.join('\n'), theirs: theirs.join('\n') } : undefined;
}

/**
 * One lock of two branches' locks, from which an update can recompute what they disagree about: the entry
 * of the side whose contents are on disk, else ours. Version and request are ours.
 *
 * @param idOf the id of what stands at a path on disk
 * @returns `disputed`: sorted paths on which the sides disagree
 */
export function mergeLocks(
  ours: Lock,
  theirs: Lock,
  idOf: (path: string) => string | undefined,
): { readonly lock: Lock; readonly disputed: readonly string[] } {
  const [left, right] = [byPath(ours), byPath(theirs)];
  const paths = [...new Set([...left.keys(), ...right.keys()])].sort();
  const disputed = paths.filter(
    (path) => JSON.stringify(left.get(path)) !== JSON.stringify(right.get(path)),
  );
  const files = paths.flatMap((path): LockFile[] => {
    const sides = [left.get(path), right.get(path)].filter((file) => file !== undefined);
    const onDisk = sides.find(({ id }) => id === idOf(path));
    return [onDisk ?? sides[0]].filter((file) => file !== undefined);
  });
  return { lock: { ...ours, files }, disputed };
}

function byPath({ files }: Lock): Map<string, LockFile> {
  return new Map(files.map((file) => [file.path, file]));
}

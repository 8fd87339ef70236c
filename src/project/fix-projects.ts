import type { Finding } from '../model/finding.js';
import { applyEdits } from '../manifests/apply-edits.js';

type Files = ReadonlyMap<string, string>;

/** One fix may show what another hid, or make another possible: after so many rounds the rest is for people. */
const ROUNDS = 10;

/**
 * Applies the mechanical fixes of findings, round by round, until none is left. A fix that would bring a finding
 * that was not there is left to people, so that fixing never adds any.
 *
 * @param find the findings of each project, by its files
 * @param isMeant which of them are to be fixed
 * @returns the files of each project, changed where they had to be
 */
export function fixProjects(
  projects: readonly Files[],
  find: (projects: readonly Files[]) => readonly (readonly Finding[])[],
  isMeant: (finding: Finding, index: number) => boolean,
): readonly Files[] {
  let current = projects;
  let found = find(current);
  const known = new Set(keysOf(found));
  let count = keysOf(found).length;

  /** Takes the edits of findings, unless they change nothing or make it worse. */
  const take = (open: readonly Open[]): boolean => {
    const next = current.map((files, index) => {
      const edits = open.filter((one) => one.index === index).flatMap((one) => one.finding.edits);
      const changed = edits.length === 0 ? undefined : applyEdits(files, edits);
      return changed === undefined || changed.size === 0 ? files : new Map([...files, ...changed]);
    });
    if (next.every((files, index) => files === current[index])) return false;
    const after = find(next);
    const keys = keysOf(after);
    if (keys.length > count || keys.some((key) => !known.has(key))) return false;
    [current, found, count] = [next, after, keys.length];
    return true;
  };

  /** Takes as many as it can, by halves: to check a thousand projects once for each finding would take hours. */
  const takeMost = (open: readonly Open[]): boolean => {
    if (take(open)) return true;
    if (open.length < 2) return false;
    const half = Math.ceil(open.length / 2);
    const isTaken = takeMost(open.slice(0, half));
    return takeMost(open.slice(half)) || isTaken;
  };

  for (let round = 0; round < ROUNDS; round += 1) {
    const open = found.flatMap((findings, index) =>
      findings
        .filter((finding) => isMechanical(finding) && isMeant(finding, index))
        .map((finding) => ({ finding, index })),
    );
    if (!takeMost(open)) break;
  }
  return current;
}

/** Bases above the folder belong to others too. */
function isMechanical({ edits }: Finding): boolean {
  return edits.length > 0 && edits.every(({ file }) => !file.startsWith('../'));
}

type Open = { readonly finding: Finding; readonly index: number };

function keysOf(found: readonly (readonly Finding[])[]): string[] {
  return found.flatMap((findings, index) => findings.map((finding) => keyOf(finding, index)));
}

/** What a finding is about; its place moves with what is fixed above it. */
function keyOf({ code, target }: Finding, index: number): string {
  return `${index} ${code} ${target}`;
}

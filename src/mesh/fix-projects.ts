import type { Finding } from '../model/finding.js';
import { applyEdits } from './document/apply-edits.js';

type Files = ReadonlyMap<string, string>;

/** One fix may show what another hid: after so many rounds the rest is for people. */
const ROUNDS = 5;

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
  const left = new Set<string>();

  /** Takes the edits, unless they change nothing or make it worse. */
  const take = (edits: readonly (readonly Finding[])[]): boolean => {
    const next = current.map((files, index) => {
      const changed = applyEdits(
        files,
        (edits[index] ?? []).flatMap((finding) => finding.edits),
      );
      return changed.size === 0 ? files : new Map([...files, ...changed]);
    });
    if (next.every((files, index) => files === current[index])) return false;
    const after = find(next);
    const keys = keysOf(after);
    if (keys.length > count || keys.some((key) => !known.has(key))) return false;
    [current, found, count] = [next, after, keys.length];
    return true;
  };

  for (let round = 0; round < ROUNDS; round += 1) {
    const open = found.map((findings, index) =>
      findings.filter((finding) => isMeant(finding, index) && !left.has(keyOf(finding, index))),
    );
    if (take(open)) continue;
    const one = open.flatMap((findings, index) => findings.map((finding) => ({ finding, index })));
    let isTaken = false;
    for (const { finding, index } of one) {
      if (take(projects.map((_, at) => (at === index ? [finding] : [])))) isTaken = true;
      else left.add(keyOf(finding, index));
    }
    if (!isTaken) break;
  }
  return current;
}

function keysOf(found: readonly (readonly Finding[])[]): string[] {
  return found.flatMap((findings, index) => findings.map((finding) => keyOf(finding, index)));
}

/** What a finding is about; its place moves with what is fixed above it. */
function keyOf({ code, target }: Finding, index: number): string {
  return `${index} ${code} ${target}`;
}

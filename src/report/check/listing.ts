import type { Place } from '../../model/control.js';
import { severities, type Severity } from '../../model/finding.js';
import type { JudgedFinding } from '../../rules/judge-findings.js';
import { pathFrom, type CheckedFolder } from './report.js';

/** How much of the findings the text shows. */
export type Detail = 'usual' | 'all' | 'quiet';

/** A finding that is shown, and the places where a rule says the very same. */
export type Entry = {
  readonly finding: JudgedFinding;
  readonly folder: CheckedFolder;
  /** As people would open it. */
  readonly file: string;
  readonly alsoAt: readonly Place[];
};

export type Listing = {
  /** By file: files with the worst findings first. */
  readonly files: readonly (readonly [file: string, entries: readonly Entry[]])[];
  /** Codes of what is not shown, with the number of findings. */
  readonly cut: ReadonlyMap<string, number>;
};

/** Entries that are shown at most, unless all are asked for: more than this nobody reads on a terminal. */
export const LISTED = 50;

/** What the text shows of new findings: the same once with all its places, the worst first, and not too many. */
export function listFindings(folders: readonly CheckedFolder[], detail: Detail): Listing {
  const entries = folders.flatMap((folder) => entriesOf(folder, detail === 'all'));
  const limit = detail === 'all' ? Infinity : LISTED;
  const bySeverity = severities.flatMap((severity) =>
    entries.filter(({ finding }) => finding.severity === severity),
  );
  const shown = new Set(bySeverity.slice(0, limit));
  const cut = new Map<string, number>();
  for (const { finding, alsoAt } of bySeverity.slice(limit))
    cut.set(finding.code, (cut.get(finding.code) ?? 0) + 1 + alsoAt.length);
  return { files: byFile(entries.filter((entry) => shown.has(entry))), cut };
}

/** New findings of a folder; those that say the same of several places are one. */
function entriesOf(folder: CheckedFolder, isEach: boolean): readonly Entry[] {
  const entries = new Map<string, Entry>();
  for (const [index, finding] of folder.findings.entries()) {
    if (finding.verdict !== 'new') continue;
    const { code, severity, message, fix, note, locations } = finding;
    const [place] = locations;
    const key = isEach ? String(index) : JSON.stringify([code, severity, message, fix, note]);
    const known = entries.get(key);
    entries.set(
      key,
      known === undefined || place === undefined
        ? { finding, folder, file: pathFrom(folder.path, place?.file ?? ''), alsoAt: [] }
        : { ...known, alsoAt: [...known.alsoAt, place] },
    );
  }
  return [...entries.values()];
}

function byFile(entries: readonly Entry[]): Listing['files'] {
  const files = new Map<string, Entry[]>();
  for (const entry of entries) files.set(entry.file, [...(files.get(entry.file) ?? []), entry]);
  for (const group of files.values()) group.sort(byLine);
  const worst = (group: readonly Entry[]): number =>
    Math.min(...group.map(({ finding }) => rankOf(finding.severity)));
  return [...files].sort(([, a], [, b]) => worst(a) - worst(b));
}

/** At one line the worst first. */
function byLine({ finding: a }: Entry, { finding: b }: Entry): number {
  const lines = (a.locations[0]?.line ?? 0) - (b.locations[0]?.line ?? 0);
  return lines || rankOf(a.severity) - rankOf(b.severity);
}

function rankOf(severity: Severity): number {
  return severities.indexOf(severity);
}

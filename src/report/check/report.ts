import { posix } from 'node:path';

import { reaches, type Severity } from '../../model/finding.js';
import type { ReadSummary } from '../../model/read-summary.js';
import type { JudgedFinding } from '../../rules/judge-findings.js';
import type { Remark, Unread } from '../unread.js';

/** What `check` has to say of one service or folder. Paths of places are relative to `path`. */
export type CheckedFolder = Unread & {
  /** As it was given; `.` for the current folder. */
  readonly path: string;
  readonly findings: readonly JudgedFinding[];
  readonly notApplicable: readonly string[];
  readonly ruleCount: number;
  readonly hasApplication: boolean;
  readonly read: ReadSummary;
  /** Text of the files, for quoting lines. */
  readonly files: ReadonlyMap<string, string>;
};

export type CheckReport = {
  readonly folders: readonly CheckedFolder[];
  /** Findings that `--severity` leaves out of the list. */
  readonly unlisted: number;
  /** Files that `--fix` changed, or would. */
  readonly fixed: readonly string[];
  /** With `--dry-run` what `git apply` would make the same change of; otherwise empty. */
  readonly patch: string;
};

export const checkFormats = ['text', 'json', 'sarif', 'github', 'markdown'] as const;
export type CheckFormat = (typeof checkFormats)[number];

/** A file as people would open it from where they are. */
export function pathFrom(given: string, file: string): string {
  const folder = given.length > 1 ? given.replace(/^(?:\.\/+)+(?=.)|\/+$/g, '') || '.' : given;
  // The folder is that file.
  if (folder === file || folder.endsWith(`/${file}`)) return folder;
  if (folder === '.' || folder === '-' || file === '-') return file;
  // A base that an overlay reads may lie above the folder.
  return file.startsWith('../') ? posix.join(folder, file) : `${folder}/${file}`;
}

/** What was not read of all folders, by the files as people would open them. */
export function unreadOf(folders: readonly CheckedFolder[]): Unread {
  const collect = (kind: keyof Unread): Remark[] =>
    folders.flatMap(({ path, [kind]: remarks }) =>
      remarks.map((remark) => ({ ...remark, file: pathFrom(path, remark.file) })),
    );
  return { problems: collect('problems'), notes: collect('notes') };
}

/** The report with the findings at or above a severity alone; the others are counted. */
export function listFrom(report: CheckReport, limit: Severity): CheckReport {
  const isListed = ({ severity }: JudgedFinding): boolean => reaches(severity, limit);
  const unlisted = report.folders
    .flatMap(({ findings }) => findings)
    .filter((finding) => finding.verdict === 'new' && !isListed(finding)).length;
  const folders = report.folders.map((folder) => ({
    ...folder,
    findings: folder.findings.filter(isListed),
  }));
  return { ...report, folders, unlisted };
}

/** True when a finding makes the run end with 1. */
export function counts({ verdict, severity }: JudgedFinding, limit: Severity): boolean {
  return verdict === 'new' && reaches(severity, limit);
}

export function tally(report: CheckReport): Record<Severity | 'accepted' | 'known', number> {
  const result = { error: 0, warning: 0, info: 0, accepted: 0, known: 0 };
  for (const { verdict, severity } of report.folders.flatMap(({ findings }) => findings)) {
    result[verdict === 'new' ? severity : verdict] += 1;
  }
  return result;
}

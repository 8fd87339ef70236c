import { resolve as resolvePath } from 'node:path';

import { readBaseline, writeBaseline } from '../io/baseline.js';
import { readCheckFilesAt } from '../io/check-files-at.js';
import type { Host } from '../io/host.js';
import { findWhereabouts } from '../io/whereabouts.js';
import { repairEdits, writeEdits } from '../io/write-edits.js';
import { keepYoungGenerationSmall } from '../io/young-generation.js';
import { checkAcross, type CheckedProject } from '../project/check-services.js';
import { fixProjects } from '../project/fix-projects.js';
import { rules } from '../meshes/found/rules.js';
import { exitCodes, ToolError, type ExitCode } from '../model/errors.js';
import type { Finding, Severity } from '../model/finding.js';
import { checkDocument } from '../report/check/document.js';
import { formatCheck } from '../report/check/format.js';
import {
  counts,
  listFrom,
  pathFrom,
  type CheckedFolder,
  type CheckFormat,
  type CheckReport,
} from '../report/check/report.js';
import { unifiedDiff, type DiffSide } from '../report/unified-diff.js';
import { countFindings, judgeFindings, keyOfFinding } from '../rules/judge-findings.js';
import { checkEach, type CheckedPart, type PartSetting } from './check-part.js';
import { chooseValidation } from './choose-check.js';
import type { Outcome } from './outcome.js';
import { readFolder, type Folder } from './read-folder.js';
import type { LiveFlags } from './read-live.js';
import type { RenderFlags } from './render-charts.js';
import { requireCheckSense, requireObjects } from './require-check.js';
import { requireSarif } from './require-sarif.js';

export type CheckFlags = LiveFlags &
  RenderFlags & {
    readonly env?: string | undefined;
    /** What is listed, and from where on the run ends with 1; by default all is listed. */
    readonly severity?: Severity | undefined;
    readonly baseline?: string | undefined;
    readonly writeBaseline: boolean;
    readonly since?: string | undefined;
    readonly allowRemote: boolean;
    /** Globs of files that are left out. */
    readonly exclude?: readonly string[] | undefined;
    readonly deployable: boolean;
    readonly fix: boolean;
    /** Nothing is written; what `fix` would change is shown. */
    readonly dryRun: boolean;
    /** Text lists every finding at its own place, however many there are. */
    readonly all: boolean;
    /** Text is the summary. */
    readonly quiet: boolean;
    readonly format: CheckFormat;
    /** SARIF with what is accepted or was known before. */
    readonly includeSuppressed: boolean;
  };

/**
 * `check`: do the two layers compose, and each by itself? Reads what is on disk, not what was generated.
 *
 * @throws ToolError exit 2 for flags that exclude each other, paths, revisions and baselines that are not there,
 *   and when there is nothing to check: a job that names the wrong folder must not be green
 */
export async function check(
  paths: readonly string[],
  flags: CheckFlags,
  host: Host,
): Promise<Outcome> {
  requireCheckSense(paths, flags);
  requireSarif(flags, 'check');
  const catalog = host.loadCatalog();
  const given = paths.length === 0 ? ['.'] : paths;
  const read = async (): Promise<readonly Folder[]> =>
    flags.live === true
      ? [await (await import('./read-live.js')).readLive(flags, host)]
      : await Promise.all(given.map(async (path) => await readFolder(path, flags, host)));
  if (flags.fix && !flags.dryRun) {
    for (const path of given) await repairEdits(resolvePath(host.cwd, path), host.signal);
  }
  const apart = await checkMany(given, flags, host);
  let folders = apart?.folders ?? (await read());
  if (isLarge(folders)) keepYoungGenerationSmall();
  const validation = apart === undefined ? await chooseValidation(folders, flags) : {};
  const setting: Setting = { flags, catalog, host, validation };
  const { fixed, patch, after } = flags.fix
    ? await fix(folders, setting)
    : { fixed: [], patch: '', after: folders };
  if (fixed.length > 0) folders = flags.dryRun ? after : await read();
  const checked = checkAcross(apart?.checked ?? checkEach(folders, setting));
  requireObjects(folders, checked, host);
  const known = await knownBefore(folders, checked, setting);
  const report: CheckReport = {
    folders: folders.map((folder, index) => describe(folder, checked[index], known[index], host)),
    unlisted: 0,
    fixed,
    patch,
  };
  if (flags.writeBaseline && flags.baseline !== undefined && !flags.dryRun)
    saveBaseline(flags.baseline, report, host);
  const where = findWhereabouts(host.cwd);
  const listed = flags.severity === undefined ? report : listFrom(report, flags.severity);
  return {
    exitCode: exitCodeOf(report, flags),
    document: checkDocument(listed),
    text: (page) =>
      formatCheck(listed, {
        ...page,
        format: flags.format,
        detail: flags.quiet ? 'quiet' : flags.all ? 'all' : 'usual',
        version: catalog.version,
        where,
        env: flags.env,
        rules,
        keepsSuppressed: flags.includeSuppressed,
      }),
  };
}

/** Checks a fleet on all processors; undefined for all else. */
async function checkMany(
  paths: readonly string[],
  flags: CheckFlags,
  host: Host,
): Promise<CheckedPart | undefined> {
  const { fix, since, live, render } = flags;
  if (paths.length < FLEET || fix || since !== undefined || live === true || render === true)
    return undefined;
  return await (await import('./check-apart.js')).checkApart(paths, flags, host);
}

/** Less text leaves the space for new objects as it is. */
const LARGE = 500_000;

function isLarge(folders: readonly Folder[]): boolean {
  const lengths = folders.flatMap(({ files }) => [...files.values()].map((text) => text.length));
  return lengths.reduce((sum, length) => sum + length, 0) > LARGE;
}

/** Fewer paths are not worth the threads. */
const FLEET = 100;

function run(
  folders: readonly Pick<Folder, 'files' | 'built' | 'charts' | 'source'>[],
  setting: PartSetting,
): readonly CheckedProject[] {
  return checkAcross(checkEach(folders, setting));
}

type Setting = PartSetting & { readonly flags: CheckFlags; readonly host: Host };

type Fix = {
  /** Files, as people would open them from where they are. */
  readonly fixed: readonly string[];
  /** The change, when it was not made. */
  readonly patch: string;
  readonly after: readonly Folder[];
};

/** Applies the mechanical fixes of findings that count. */
async function fix(folders: readonly Folder[], setting: Setting): Promise<Fix> {
  const { flags, host } = setting;
  const find = (all: readonly ReadonlyMap<string, string>[]) =>
    run(
      all.map((files, index) => ({ files, built: folders[index]?.built })),
      setting,
    );
  const judging = find(folders.map(({ files }) => files)).map(({ accepted }) => ({
    accepted,
    known: new Map<string, number>(),
    today: today(host),
  }));
  const fixed = fixProjects(
    folders.map(({ files }) => files),
    (all) => find(all).map(({ findings }) => findings),
    (finding, index) => {
      const judge = judging[index];
      return judge !== undefined && judgeFindings([finding], judge)[0]?.verdict === 'new';
    },
  );
  const changed: string[] = [];
  const diffs: string[] = [];
  for (const [index, { path: folder, root, files: before }] of folders.entries()) {
    const files = [...(fixed[index] ?? [])].filter(([path, text]) => before.get(path) !== text);
    if (files.length === 0) continue;
    if (!flags.dryRun) await writeEdits(root, new Map(files), host);
    for (const [file, text] of files) {
      const path = pathFrom(folder, file);
      changed.push(path);
      if (flags.dryRun) diffs.push(unifiedDiff(path, sideOf(before.get(file)), sideOf(text)));
    }
  }
  const after = folders.map((folder, index) => ({
    ...folder,
    files: fixed[index] ?? folder.files,
  }));
  return { fixed: changed, patch: diffs.join(''), after };
}

/** A fix changes no mode. */
function sideOf(text = ''): DiffSide {
  return { text, mode: '644' };
}

/** Findings of before, folder by folder: of the baseline, or of the revision that was named. */
async function knownBefore(
  folders: readonly Folder[],
  checked: readonly CheckedProject[],
  setting: Setting,
): Promise<readonly ReadonlyMap<string, number>[]> {
  const { flags, host } = setting;
  const baseline =
    flags.baseline === undefined || flags.writeBaseline
      ? new Map<string, number>()
      : readBaseline(resolvePath(host.cwd, flags.baseline));
  const { since } = flags;
  const all = folders.map(({ path }, index) => {
    const known = new Map<string, number>();
    for (const finding of checked[index]?.findings ?? []) {
      const key = keyOfFinding(finding);
      known.set(key, baseline.get(`${path} ${key}`) ?? 0);
    }
    return known;
  });
  if (since === undefined) return all;
  return await Promise.all(
    folders.map(async ({ root }, index) => {
      const files = await readCheckFilesAt(root, since, host, flags.exclude);
      const before = findBefore({ files, built: undefined }, setting);
      return new Map([...(all[index] ?? []), ...countFindings(before)]);
    }),
  );
}

/** Findings of a revision; one without the environment had none of it. */
function findBefore(folder: Pick<Folder, 'files' | 'built'>, setting: Setting): readonly Finding[] {
  try {
    return run([folder], setting)[0]?.findings ?? [];
  } catch (error) {
    if (error instanceof ToolError && error.code === 'unknown-environment') return [];
    throw error;
  }
}

function describe(
  { path, files, problems: unread, notes, skipped, source }: Folder,
  project: CheckedProject | undefined,
  known: ReadonlyMap<string, number> = new Map(),
  host: Host,
): CheckedFolder {
  if (project === undefined) throw new Error(`${path} was not checked`);
  const { findings, problems, notApplicable, ruleCount, hasApplication, accepted, read } = project;
  const judged = judgeFindings(findings, { accepted, known, today: today(host) });
  return {
    path,
    findings: judged,
    problems: [...unread, ...problems],
    notes,
    notApplicable,
    ruleCount,
    hasApplication,
    read: { ...read, skipped: [...skipped, ...read.skipped], ...(source && { source }) },
    files,
  };
}

function saveBaseline(path: string, { folders }: CheckReport, { cwd }: Host): void {
  const all = folders.flatMap(({ path: folder, findings }) =>
    // What is accepted counts again once it has expired.
    [...countFindings(findings.filter(({ verdict }) => verdict !== 'accepted'))].map(
      ([key, count]) => [`${folder} ${key}`, count] as const,
    ),
  );
  writeBaseline(resolvePath(cwd, path), new Map(all));
}

function exitCodeOf(
  { folders }: CheckReport,
  { writeBaseline: isBaseline, severity = 'warning' }: CheckFlags,
): ExitCode {
  if (folders.some(({ problems }) => problems.length > 0)) return exitCodes.usage;
  if (isBaseline) return exitCodes.clean;
  const isBad = folders.some(({ findings }) =>
    findings.some((finding) => counts(finding, severity)),
  );
  return isBad ? exitCodes.findings : exitCodes.clean;
}

function today(host: Host): string {
  return host.today();
}

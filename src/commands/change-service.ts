import { printYaml } from '../manifests/print-yaml.js';

import type { Change } from '../io/change.js';
import type { Host } from '../io/host.js';
import { findIgnored } from '../io/ignored.js';
import { openMergedRepo, openRepo, type Repo } from '../io/repo.js';
import { repairProject } from '../io/transaction.js';
import type { Files } from '../manifests/kustomize.js';
import type { Catalog } from '../model/catalog.js';
import { exitCodes, inputError, type ExitCode } from '../model/errors.js';
import type { NextStep } from '../model/next-step.js';
import type { Verification } from '../model/verification.js';
import { joinProofs, type Composed } from '../report/composed.js';
import { formatUpdated } from '../report/updated-text.js';
import { unifiedDiff } from '../report/unified-diff.js';
import { toUpdateDocument, type UpdatedService } from '../report/updated-service.js';
import { requestPath } from '../stages/compose-request.js';
import type { KnownBefore } from '../rules/known-before.js';
import { adoptedNeeds } from '../stages/adopted-needs.js';
import { adoptedWiring } from '../stages/adopted-wiring.js';
import { composeTree } from '../stages/compose-service.js';
import { describeUpdate } from '../stages/describe-update.js';
import { findUnsettled, markUnsettled, type Unsettled } from '../stages/find-unsettled.js';
import { explainUpdate } from '../stages/explain-update.js';
import { unsaidBy } from '../stages/unsaid.js';
import { prepareUpdate, recordOf, writeUpdate, type PreparedUpdate } from './apply-request.js';
import { checkComposition, findKnown } from './check-composition.js';
import { mergeNotes } from './merge-notes.js';
import { foreseeSteps, hasSettled, settlingStep } from './next-steps.js';
import type { Outcome } from './outcome.js';
import { readChangedFolder, type Folder } from './read-folder.js';
import { requireCodeFits } from './require-code-fits.js';
import { requireValidManifests } from './require-valid-manifests.js';
import { transitionNotes } from './transition-notes.js';
import { exitCodeOf } from './verification-exit-code.js';

export type ChangeFlags = {
  readonly dryRun: boolean;
  readonly verify: boolean;
  readonly allowDirty: boolean;
};

/** A change of scaffold.yaml, and what to say about it. */
export type ServiceChange = {
  /** As typed, without the program's name. */
  readonly what: string;
  readonly edit: (requestText: string, catalog: Catalog) => string;
  /** False for commands that must not move a repo to another template version on the side. */
  readonly movesVersion: boolean;
  readonly notes: (update: PreparedUpdate, catalog: Catalog) => readonly string[];
};

/**
 * `add`, `remove` and `update`: the same path with another scaffold.yaml.
 *
 * @throws ToolError exit 2 for bad input, uncommitted edits or a repo of another version; 3 when an earlier
 *   update waits; 6 when the machine refuses
 */
export async function changeService(
  change: ServiceChange,
  flags: ChangeFlags,
  host: Host,
): Promise<Outcome> {
  const command = `scaffold ${change.what}`;
  if (!flags.dryRun) await repairProject(host.cwd, { command, signal: host.signal });
  const catalog = host.loadCatalog();
  const repo = await (change.movesVersion ? openMergedRepo : openRepo)(host.cwd, host);
  if (!change.movesVersion) requireSameVersion(repo, catalog);
  const update = await prepareUpdate(repo, change.edit(repo.requestText, catalog), catalog);
  requireCodeFits(repo, update.service, catalog);
  await requireValidManifests(update.service.tree);
  const { files, before, after } = await readChangedFolder(
    repo.root,
    changesOnceDecided(update),
    host,
  );
  const recall = async (): Promise<KnownBefore> =>
    await findKnown(asApplied(await before(), repo), catalog);
  const isPaused = update.plan.conflicts.length > 0 && !flags.dryRun;
  const recalled = isPaused ? await recall() : undefined;
  const known = async (): Promise<KnownBefore> => recalled ?? (await recall());
  const composed = await checkComposition(after, { known, catalog, host });
  const gone = await findGone(files, after.files);
  const unsettled = unsettledOf(update, catalog);
  const foreseen = await foreseeIn(update);
  const record = recordOf(update, catalog);
  const written = [...update.changes, ...record].flatMap(({ kind, path }) =>
    kind === 'write' ? [path] : [],
  );
  const report = describeChange(change, {
    update,
    catalog,
    composed,
    gone,
    unsettled,
    nextSteps: [...(unsettled === undefined ? [] : [settlingStep(unsettled)]), ...foreseen],
    transition: await transitionNotes(update, catalog),
    isDryRun: flags.dryRun,
  });
  if (flags.dryRun) {
    const ignored = await findIgnored(repo.git, written);
    return outcomeOf({ ...report, ignored }, exitCodes.clean);
  }

  const { allowDirty } = flags;
  await writeUpdate(update, { command, allowDirty, known: recalled, unsettled, record, host });
  // Asked afterwards, since what was written may be a .gitignore.
  const done = { ...report, ignored: await findIgnored(repo.git, written) };
  if (update.plan.conflicts.length > 0) return outcomeOf(done, exitCodes.conflicts);
  if (!flags.verify || !writesCode(done)) {
    return outcomeOf(done, exitCodeOf(joinProofs(composed, undefined)));
  }
  const { verifyWithProgress } = await import('./verify-with-progress.js');
  const verification: Verification = await verifyWithProgress(
    { root: repo.root, race: false, settle: unsettled?.command },
    host,
  );
  const settled = hasSettled(verification) ? withoutStatus(done, foreseen) : done;
  return outcomeOf({ ...settled, verification }, exitCodeOf(joinProofs(composed, verification)));
}

function unsettledOf({ repo, state, service }: PreparedUpdate, catalog: Catalog) {
  const { language } = service.resolution.request.service;
  const template = catalog.languages.find((candidate) => candidate.language === language);
  return findUnsettled(
    { lock: repo.lock, baseTexts: state.baseTexts, ours: state.ours, theirs: service.tree },
    template?.settle,
  );
}

async function foreseeIn({ repo, service, changes }: PreparedUpdate): Promise<readonly NextStep[]> {
  const changed = new Set(changes.map(({ path }) => path));
  return await foreseeSteps(repo.root, service.resolution.request.service.language, changed);
}

/** The report once the dependency files are finished. */
function withoutStatus(report: UpdatedService, nextSteps: readonly NextStep[]): UpdatedService {
  const files = report.files.map(({ status: _, ...file }) => file);
  return { ...report, files, nextSteps };
}

function requireSameVersion({ lock }: Repo, catalog: Catalog): void {
  if (lock.version === catalog.version) return;
  throw inputError(
    'other-version',
    `this repo was written by meshwright ${lock.version}, and this is ${catalog.version}.`,
    `Run npx meshwright update first, or use the version of the repo: npx meshwright@${lock.version}`,
  );
}

function describeChange(
  change: ServiceChange,
  {
    update,
    catalog,
    composed,
    gone,
    unsettled,
    nextSteps,
    transition,
    isDryRun,
  }: {
    update: PreparedUpdate;
    catalog: Catalog;
    composed: Composed;
    gone: UpdatedService['gone'];
    unsettled: Unsettled | undefined;
    nextSteps: UpdatedService['nextSteps'];
    transition: readonly string[];
    isDryRun: boolean;
  },
): UpdatedService {
  const { repo, plan, service } = update;
  const isGone = plan.files.some(({ path }) => !service.tree.has(path));
  const before = isGone ? composeTree(repo.requestText, catalog).tree : undefined;
  const { adopted } = service.resolution.request.service;
  const { reasons, defaults, isVersionWrong } = change.movesVersion
    ? explainUpdate(
        {
          lock: repo.lock,
          requestText: update.requestText,
          wanted: service,
          isDisputed: repo.disputed.length > 0,
        },
        catalog,
      )
    : { reasons: new Map<string, readonly string[]>(), defaults: [], isVersionWrong: false };
  return {
    what: change.what,
    isDryRun,
    version: { recorded: repo.lock.version, current: catalog.version },
    files: markUnsettled(
      describeUpdate(plan.files, { before, after: service.tree }, reasons, catalog.kinds),
      unsettled,
    ),
    defaults,
    diffs: isDryRun ? diffsOf(update) : [],
    notes: [
      ...mergeNotes(update),
      ...(isVersionWrong ? [misnamedNote(repo)] : []),
      ...change.notes(update, catalog),
      ...transition,
    ],
    unsaid: unsaidBy(service.resolution.request, catalog),
    wiring: adopted ? adoptedWiring(repo.requestText, update.requestText, catalog) : [],
    needs: needsOf(update, catalog),
    gone,
    nextSteps,
    ignored: [],
    composed,
    verification: undefined,
  };
}

/** What our code still misses in a service made by hand. */
function needsOf({ service, state }: PreparedUpdate, catalog: Catalog): UpdatedService['needs'] {
  const { resolution, tree } = service;
  const { language } = resolution.request.service;
  const adopt = catalog.languages.find((template) => template.language === language)?.adopt;
  const found = adopt === undefined ? undefined : state.ours.get(adopt.marker);
  const marker = found?.kind === 'file' ? (found.side.text ?? '') : '';
  return adoptedNeeds(tree, { resolution, marker, catalog });
}

/** A service with the scaffold.yaml that was applied last: edits of it since then are part of the change. */
function asApplied(folder: Folder, { lock }: Repo): Folder {
  return { ...folder, files: new Map([...folder.files, [requestPath, printYaml(lock.request)]]) };
}

/** What is written, with the template's text where people must decide first. */
function changesOnceDecided({ changes, plan, service }: PreparedUpdate): readonly Change[] {
  const undecided = new Set(plan.conflicts.map(({ path }) => path));
  return changes.map((change) => {
    const text = undecided.has(change.path) ? service.tree.get(change.path)?.text : undefined;
    return text === undefined || change.kind !== 'write' ? change : { ...change, content: text };
  });
}

/** Objects of the cluster that nobody declares any more, by what is on disk and what will be. */
async function findGone(before: Files, after: Files): Promise<UpdatedService['gone']> {
  const { findGoneObjects } = await import('../project/gone-objects.js');
  return findGoneObjects(before, after);
}

/** Said where a bot, or a hand, raised the version in the lock, and the files stayed behind. */
function misnamedNote({ lock }: Repo): string {
  return `The lock names version ${lock.version}, which did not write all of its files: the reasons of every version are shown.`;
}

/** Exactly what the run would write, as unified diffs. */
function diffsOf({ changes, state }: PreparedUpdate): string[] {
  return changes.map((change) => {
    const found = state.ours.get(change.path);
    const text = found?.kind === 'file' ? (found.side.text ?? '') : '';
    const old =
      found?.kind === 'file' && change.before !== 'absent'
        ? { text: found.crlf ? text.replaceAll('\n', '\r\n') : text, mode: found.side.mode }
        : undefined;
    const next =
      change.kind === 'write' ? { text: String(change.content), mode: change.mode } : undefined;
    return unifiedDiff(change.path, old, next);
  });
}

function writesCode({ files }: UpdatedService): boolean {
  return files.some(({ action }) => action !== 'kept' && action !== 'adopted');
}

function outcomeOf(report: UpdatedService, exitCode: ExitCode): Outcome {
  return {
    exitCode,
    document: toUpdateDocument(report),
    text: (page) => formatUpdated(report, page),
  };
}

import type { Change } from '../io/change.js';
import type { Host } from '../io/host.js';
import { recordChanges } from '../io/lock-file.js';
import { openRepo } from '../io/repo.js';
import { repairProject, writeProject } from '../io/transaction.js';
import type { DiskFile } from '../io/working-tree.js';
import { guardWrite, notCommitted } from '../io/write-guard.js';
import { exitCodes, inputError } from '../model/errors.js';
import type { LockFile } from '../model/lock.js';
import { quote } from '../model/text.js';
import { prepareUpdate, type PreparedUpdate } from './apply-request.js';
import type { Outcome } from './outcome.js';

/**
 * `update --restore`: writes files as the tool last wrote them, edits and all else left out.
 *
 * @throws ToolError exit 2 for a path that the tool did not write, edits that are not committed, or a base that is
 *   lost; otherwise as `writeProject`
 */
export async function restore(
  paths: readonly string[],
  flags: { readonly dryRun: boolean; readonly allowDirty: boolean },
  host: Host,
): Promise<Outcome> {
  const command = 'scaffold update --restore';
  if (!flags.dryRun) await repairProject(host.cwd, { command, signal: host.signal });
  const repo = await openRepo(host.cwd, host);
  const update = await prepareUpdate(repo, repo.requestText, host.loadCatalog());
  const changes = paths.flatMap((path) => restoreFile(path, update));
  if (!flags.dryRun && changes.length > 0) {
    const record = recordChanges(repo.root, repo.lock, new Map());
    await requireCommitted(update, { changes, record, allowDirty: flags.allowDirty });
    await writeProject({ root: repo.root, command, changes, record, signal: host.signal });
  }
  return describe(changes, flags.dryRun);
}

function restoreFile(path: string, { repo, plan, state }: PreparedUpdate): Change[] {
  const was = [...plan.renames].find(([, now]) => now === path)?.[0] ?? path;
  const file = repo.lock.files.find((one) => one.path === was && one.ownership !== 'user');
  if (file === undefined) {
    throw inputError(
      'not-recorded',
      `${quote(path)} is none of the files that were generated here.`,
      'npx meshwright drift lists those that differ.',
    );
  }
  const found = state.ours.get(path);
  if (isAsWritten(file, found)) return [];
  const text = found?.kind === 'file' && found.side.id === file.id ? found.side.text : undefined;
  const content = text ?? state.baseTexts.get(file.id);
  if (content === undefined) {
    throw inputError(
      'base-lost',
      `what was generated at ${quote(path)} is neither in .scaffold/base nor in git.`,
      'Fetch the whole history (git fetch --unshallow), or restore .scaffold/base from git.',
    );
  }
  const before = found?.bytesId === undefined ? 'absent' : { id: found.bytesId };
  return [{ kind: 'write', path, content, mode: file.mode, before }];
}

function isAsWritten({ id, mode }: LockFile, found: DiskFile | undefined): boolean {
  return found?.kind === 'file' && found.side.id === id && found.side.mode === mode;
}

/** Only what git has can be overwritten. */
async function requireCommitted(
  { repo }: PreparedUpdate,
  {
    changes,
    record,
    allowDirty,
  }: {
    readonly changes: readonly Change[];
    readonly record: readonly Change[];
    readonly allowDirty: boolean;
  },
): Promise<void> {
  const edited = changes.flatMap(({ path, before }) => (before === 'absent' ? [] : [path]));
  const isInGit = await guardWrite(repo.git, {
    paths: [...changes, ...record].map(({ path }) => path),
    edited,
    allowDirty,
    fate: 'lost',
  });
  if (!isInGit && !allowDirty && edited.length > 0) throw notCommitted(edited, 'lost');
}

function describe(changes: readonly Change[], isDryRun: boolean): Outcome {
  const paths = changes.map(({ path }) => path);
  const list = paths.join(', ');
  const message =
    paths.length === 0
      ? 'Nothing to restore: these files are as they were generated.'
      : isDryRun
        ? `Would be restored: ${list}; nothing was written.`
        : `Restored: ${list}.`;
  return {
    exitCode: exitCodes.clean,
    document: {
      message,
      dryRun: isDryRun,
      files: paths.map((path) => ({ path, action: 'updated' })),
    },
    text: () => `${message}\n`,
  };
}

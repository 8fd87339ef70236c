import type { Host } from '../io/host.js';
import { readBases, recordChanges, salvageLock } from '../io/lock-file.js';
import { openRequest } from '../io/repo.js';
import { repairProject, writeProject } from '../io/transaction.js';
import { withHiddenFiles } from '../io/hidden-working-tree.js';
import { readWorkingTree } from '../io/working-tree.js';
import { guardWrite } from '../io/write-guard.js';
import { exitCodes } from '../model/errors.js';
import { blobId } from '../model/lock.js';
import { composeTree } from '../stages/compose-service.js';
import { rebuildLock, type RebuiltLock } from '../stages/rebuild-lock.js';
import type { Outcome } from './outcome.js';
import { nameTool } from '../model/started-as.js';

/**
 * `update --rebuild-lock`: writes a lock anew from scaffold.yaml, the disk, and what of the old one can be
 * read. No other file changes; the next update does the rest.
 *
 * @throws ToolError exit 2 for a bad scaffold.yaml, 3 when an update waits for people
 */
export async function rebuild(flags: { readonly dryRun: boolean }, host: Host): Promise<Outcome> {
  const command = 'scaffold update --rebuild-lock';
  if (!flags.dryRun) await repairProject(host.cwd, { command, signal: host.signal });
  const catalog = host.loadCatalog();
  const { root, requestText, git, hidden } = await openRequest(host.cwd, host);
  const service = composeTree(requestText, catalog);
  const { version, files: salvaged } = salvageLock(root);
  const paths = [...service.tree.keys(), ...salvaged.map(({ path }) => path)];
  const ours = await withHiddenFiles(readWorkingTree(root, paths), hidden, { paths });
  const bases = readBases(root);
  const rebuilt = rebuildLock({ salvaged, version, service, ours, bases }, catalog);
  if (!flags.dryRun) {
    const recorded = new Map(rebuilt.lock.files.map(({ path, id }) => [path, id]));
    const known = [...service.tree].filter(
      ([path, { text }]) => recorded.get(path) === blobId(text),
    );
    const record = recordChanges(root, rebuilt.lock, new Map(known));
    await guardWrite(git, {
      paths: record.map(({ path }) => path),
      edited: [],
      allowDirty: true,
    });
    await writeProject({
      root,
      command,
      changes: [],
      record,
      signal: host.signal,
    });
  }
  return describe(rebuilt, { salvaged: salvaged.length, isDryRun: flags.dryRun });
}

function describe(
  { lock, unknown, absent }: RebuiltLock,
  { salvaged, isDryRun }: { readonly salvaged: number; readonly isDryRun: boolean },
): Outcome {
  const message = isDryRun
    ? `The lock would list ${lock.files.length} files; nothing was written.`
    : `The lock lists ${lock.files.length} files again.`;
  const notes = [
    `${salvaged} of them could be read from the old lock, ${lock.files.length - salvaged} were recomputed from scaffold.yaml and the disk.`,
    ...(unknown.length === 0
      ? []
      : [
          `What was generated at these paths is lost, so all of their contents count as your edits: ${unknown.join(', ')}.`,
        ]),
    ...(absent.length === 0
      ? []
      : [
          `Not there, deleted by you or never written; the next update writes them: ${absent.join(', ')}.`,
        ]),
    'Files of capabilities that scaffold.yaml no longer declares are not known: delete them yourself.',
    'Next: npx meshwright drift, then npx meshwright update',
  ];
  return {
    exitCode: exitCodes.clean,
    document: { message, dryRun: isDryRun, files: [], notes, unknown, absent },
    text: ({ tool }) => `${[message, ...notes].map((line) => nameTool(line, tool)).join('\n')}\n`,
  };
}

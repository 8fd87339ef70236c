import type { Change, Outcome as WriteOutcome } from '../io/change.js';
import type { Host } from '../io/host.js';
import { recordChanges } from '../io/lock-file.js';
import { readRepoState, type Repo, type RepoState } from '../io/repo.js';
import { writeProject } from '../io/transaction.js';
import { readWorkingTree } from '../io/working-tree.js';
import { guardWrite } from '../io/write-guard.js';
import type { Catalog } from '../model/catalog.js';
import { blobId, type Lock } from '../model/lock.js';
import type { MergedFile } from '../model/merge.js';
import type { Tree } from '../model/tree.js';
import { describeKnown, type KnownBefore } from '../rules/known-before.js';
import { composeTree, type ComposedService } from '../stages/compose-service.js';
import { requestPath, schemaPath } from '../stages/compose-request.js';
import { withoutKept } from '../stages/keep-theirs.js';
import type { Unsettled } from '../stages/find-unsettled.js';
import { planUpdate, type UpdatePlan } from '../stages/plan-update.js';
import { requestJsonSchema } from '../stages/request-json-schema.js';
import { keepBegun, resolveMerge, type ResolvedMerge } from './resolve-merge.js';

/** An update in full: what was asked, what it does, and what is on disk now. */
export type PreparedUpdate = {
  readonly repo: Repo;
  readonly requestText: string;
  readonly service: ComposedService;
  readonly state: RepoState;
  readonly plan: UpdatePlan;
  /** What git left in conflict, and what it comes to. */
  readonly resolved: ResolvedMerge;
  /** What people began to resolve by hand, kept beside it. */
  readonly saved: readonly Change[];
  readonly changes: readonly Change[];
};

/**
 * Plans how a repo comes to what a scaffold.yaml asks for. Reads, and writes nothing.
 *
 * @throws ToolError exit 2 for a bad request
 */
export async function prepareUpdate(
  repo: Repo,
  requestText: string,
  catalog: Catalog,
): Promise<PreparedUpdate> {
  const whole = composeTree(requestText, catalog);
  const found = await readRepoState(repo, [whole.tree]);
  const resolved = await resolveMerge(repo, found, whole.tree);
  const state = withResolved(found, resolved);
  const { document } = whole;
  const tree = withoutKept(whole.tree, repo.lock, { ours: state.ours, document });
  const service = { ...whole, tree };
  const planned = planUpdate(
    {
      lock: asMerged(repo.lock, resolved, tree),
      baseTexts: state.baseTexts,
      ours: state.ours,
      candidates: state.candidates,
      theirs: service.tree,
      document: service.document,
    },
    catalog,
  );
  const plan = {
    ...planned,
    files: planned.files.map((file) => writeResolved(file, state, resolved)),
  };
  const saved = keepBegun(repo, resolved, found);
  const changes = [
    ...saved,
    ...changeOfRequest(repo, requestText, state),
    ...plan.files.flatMap((file) => changesOf(file, state)),
  ];
  return { repo, requestText, service, state, plan, resolved, saved, changes };
}

/**
 * Writes a prepared update: all of it or nothing. With conflicts the lock stays where it is until people
 * have resolved them.
 *
 * @throws ToolError as `guardWrite` and `writeProject`
 */
export async function writeUpdate(
  update: PreparedUpdate,
  options: {
    readonly command: string;
    readonly allowDirty: boolean;
    /** What was wrong before, for the run that completes an update with conflicts. */
    readonly known: KnownBefore | undefined;
    /** Dependency files that the run that completes it must finish. */
    readonly unsettled: Unsettled | undefined;
    /** As `recordOf` gives it. */
    readonly record: readonly Change[];
    readonly host: Host;
  },
): Promise<WriteOutcome> {
  const { repo, plan, changes } = update;
  await guardWrite(repo.git, {
    paths: [...changes, ...options.record].map(({ path }) => path),
    edited: pathsWithEdits(update),
    allowDirty: options.allowDirty,
  });
  return await writeProject({
    root: repo.root,
    command: options.command,
    changes,
    record: options.record,
    pause:
      plan.conflicts.length === 0
        ? undefined
        : {
            conflicts: plan.conflicts.map(({ path, action }) => ({
              path,
              leaves:
                action.kind === 'conflict' && action.leaves.kind === 'beside'
                  ? action.leaves.path
                  : path,
            })),
            known: options.known === undefined ? null : describeKnown(options.known),
            unsettled: options.unsettled ?? null,
          },
    signal: options.host.signal,
  });
}

/** Changes of the tool's own record, below `.scaffold/`, once nothing is left to decide. */
export function recordOf(update: PreparedUpdate, catalog: Catalog): readonly Change[] {
  const { repo, plan, service } = update;
  return [...schemaChange(update, catalog), ...recordChanges(repo.root, plan.lock, service.tree)];
}

/** Files that would be written over what people made of them. */
function pathsWithEdits(update: PreparedUpdate): readonly string[] {
  const { repo, changes, state } = update;
  const recorded = new Map(repo.lock.files.map(({ path, id }) => [path, id]));
  const resolved = new Set(resolvedPaths(update));
  return changes
    .map(({ path }) => path)
    .filter((path) => {
      if (resolved.has(path)) return false;
      const ours = state.ours.get(path);
      return ours?.kind === 'file' && ours.side.id !== recorded.get(path);
    });
}

/** Files of which git's conflict is merged. */
export function resolvedPaths({
  repo,
  resolved,
}: Pick<PreparedUpdate, 'repo' | 'resolved'>): readonly string[] {
  const isRequest = repo.merge?.request !== undefined;
  return [...(isRequest ? [requestPath] : []), ...resolved.texts.keys()].sort();
}

/** What is on disk, with merged texts in the place of those in conflict; what a write must find there stays. */
function withResolved(state: RepoState, { texts }: ResolvedMerge): RepoState {
  if (texts.size === 0) return state;
  const ours = [...state.ours].map(([path, file]) => {
    const text = texts.get(path);
    if (text === undefined || file.kind !== 'file') return [path, file] as const;
    return [path, { ...file, side: { ...file.side, id: blobId(text), text } }] as const;
  });
  return { ...state, ours: new Map(ours) };
}

/** Merged texts hold the whole template already: only the edits of people are left between them and it. */
function asMerged(lock: Lock, { texts }: ResolvedMerge, tree: Tree): Lock {
  const files = lock.files.map((file) => {
    const wanted = texts.has(file.path) ? tree.get(file.path) : undefined;
    return wanted === undefined ? file : { ...file, id: blobId(wanted.text) };
  });
  return { ...lock, files };
}

function writeResolved(
  file: MergedFile,
  { ours }: RepoState,
  { texts }: ResolvedMerge,
): MergedFile {
  const { path } = file;
  const text = texts.get(path);
  const found = ours.get(path);
  if (text === undefined || found?.kind !== 'file') return file;
  return { path, action: { kind: 'merge', text, mode: found.side.mode, from: path } };
}

function changeOfRequest(repo: Repo, requestText: string, { ours }: RepoState): Change[] {
  const found = ours.get(requestPath);
  const onDisk = repo.merge?.request?.text ?? repo.requestText;
  if (requestText === onDisk || found?.kind !== 'file' || found.bytesId === undefined) return [];
  return [
    {
      kind: 'write',
      path: requestPath,
      content: found.crlf ? withCrlf(requestText) : requestText,
      mode: found.side.mode,
      before: { id: found.bytesId },
    },
  ];
}

function schemaChange({ repo }: PreparedUpdate, catalog: Catalog): Change[] {
  const content = requestJsonSchema(catalog);
  const found = readWorkingTree(repo.root, [schemaPath]).get(schemaPath);
  if (found?.bytesId === blobId(content)) return [];
  return [
    {
      kind: 'write',
      path: schemaPath,
      content,
      mode: '644',
      before: found?.bytesId === undefined ? 'absent' : { id: found.bytesId },
    },
  ];
}

function changesOf({ path, action }: MergedFile, { ours }: RepoState): Change[] {
  const found = ours.get(path);
  const before = found?.bytesId === undefined ? 'absent' : { id: found.bytesId };
  switch (action.kind) {
    case 'keep':
      return [];
    case 'delete':
      return before === 'absent' ? [] : [{ kind: 'delete', path, before }];
    case 'create':
    case 'update':
    case 'merge': {
      const content = found?.crlf === true ? withCrlf(action.text) : action.text;
      return [{ kind: 'write', path, content, mode: action.mode, before }];
    }
    case 'conflict': {
      const { leaves } = action;
      if (leaves.kind === 'beside') {
        return [
          { kind: 'write', path: leaves.path, content: leaves.text, mode: '644', before: 'absent' },
        ];
      }
      const content = found?.crlf === true ? withCrlf(leaves.text) : leaves.text;
      return [{ kind: 'write', path, content, mode: leaves.mode, before }];
    }
  }
}

function withCrlf(text: string): string {
  return text.replaceAll('\n', '\r\n');
}

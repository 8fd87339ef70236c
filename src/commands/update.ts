import type { Host } from '../io/host.js';
import { abortProject, continueProject, readUnfinished } from '../io/transaction.js';
import { findUnresolved } from '../io/unresolved.js';
import { exitCodes, ToolError } from '../model/errors.js';
import type { JsonValue } from '../model/json.js';
import { describeFindings, formatFindings, joinProofs, type Composed } from '../report/composed.js';
import { describeVerification } from '../report/created-service.js';
import { formatProof } from '../report/proof-text.js';
import { readKnown } from '../rules/known-before.js';
import { migrateRequest } from '../stages/migrate-request.js';
import { changeService, type ChangeFlags } from './change-service.js';
import { checkComposition } from './check-composition.js';
import type { Outcome } from './outcome.js';
import { readChangedFolder } from './read-folder.js';
import { rebuild } from './rebuild.js';
import { restore } from './restore.js';
import { exitCodeOf } from './verification-exit-code.js';

export type UpdateFlags = ChangeFlags & {
  readonly continue: boolean;
  readonly abort: boolean;
  readonly rebuildLock: boolean;
  readonly restore?: readonly string[] | undefined;
};

/**
 * `update`: brings the repo to scaffold.yaml and to the installed template version, or ends an update that
 * waits for people.
 *
 * @throws ToolError exit 2 without an update in progress, 3 while conflicts are left
 */
export async function update(flags: UpdateFlags, host: Host): Promise<Outcome> {
  if (flags.continue) return await goOn(host);
  if (flags.abort) return await abort(host);
  if (flags.restore !== undefined) return await restore(flags.restore, flags, host);
  if (flags.rebuildLock) return await rebuild(flags, host);
  const change = {
    what: 'update',
    movesVersion: true,
    edit: migrateRequest,
    notes: () => [],
  };
  return await changeService(change, flags, host);
}

async function goOn(host: Host): Promise<Outcome> {
  const unfinished = readUnfinished(host.cwd);
  const unresolved =
    unfinished?.stage === 'waiting' ? findUnresolved(host.cwd, unfinished.pause) : [];
  if (unresolved.length > 0) {
    throw new ToolError({
      code: 'unresolved',
      exitCode: exitCodes.conflicts,
      message: `these conflicts are not resolved yet: ${unresolved.join(', ')}.`,
      hint: 'Remove the markers, and delete files that end with .scaffold-new or .scaffold-deleted once you have dealt with them.',
    });
  }
  const { state, saved } = await continueProject(host.cwd, {
    command: 'scaffold update --continue',
    signal: host.signal,
  });
  if (state !== 'done') return ended('The update was undone.', saved);
  const composed = await composeAnew(unfinished?.pause ?? null, host);
  return ended('The update is complete.', saved, composed);
}

/** Composes what people made of the conflicts; what was wrong before the update does not count. */
async function composeAnew(pause: JsonValue, host: Host): Promise<Composed> {
  const { after } = await readChangedFolder(host.cwd, [], host);
  const { known } = (pause ?? {}) as { readonly known?: JsonValue };
  return await checkComposition(after, {
    known: async () => await Promise.resolve(readKnown(known)),
    catalog: host.loadCatalog(),
    host,
  });
}

async function abort(host: Host): Promise<Outcome> {
  const { saved } = await abortProject(host.cwd, {
    command: 'scaffold update --abort',
    signal: host.signal,
  });
  return ended('The update was undone: every file is as it was before.', saved);
}

function ended(
  message: string,
  saved: readonly { readonly path: string; readonly copy: string }[],
  composed?: Composed,
): Outcome {
  const verification = joinProofs(composed, undefined);
  const lines = saved.map(({ path, copy }) => `  your later edits of ${path} are in ${copy}`);
  return {
    exitCode: exitCodeOf(verification),
    document: {
      message,
      files: [],
      saved: saved.map(({ path, copy }) => ({ path, copy })),
      ...(composed === undefined
        ? {}
        : {
            verification: describeVerification(verification),
            ...describeFindings(composed),
          }),
    },
    text: (page) =>
      [
        [message, ...lines].join('\n'),
        formatFindings(composed, page),
        composed === undefined ? '' : formatProof(verification, page),
      ]
        .filter((block) => block !== '')
        .map((block) => `${block}\n`)
        .join('\n'),
  };
}

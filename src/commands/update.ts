import type { Host } from '../io/host.js';
import { abortProject, continueProject, readUnfinished } from '../io/transaction.js';
import { findUnresolved } from '../io/unresolved.js';
import { exitCodes, ToolError } from '../model/errors.js';
import type { JsonValue } from '../model/json.js';
import type { NextStep } from '../model/next-step.js';
import type { Verification } from '../model/verification.js';
import { describeFindings, formatFindings, joinProofs, type Composed } from '../report/composed.js';
import { describeVerification } from '../report/created-service.js';
import { formatProof } from '../report/proof-text.js';
import { readKnown } from '../rules/known-before.js';
import type { Unsettled } from '../stages/find-unsettled.js';
import { migrateRequest } from '../stages/migrate-request.js';
import { changeService, type ChangeFlags } from './change-service.js';
import { checkComposition } from './check-composition.js';
import { hasSettled, settlingStep } from './next-steps.js';
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
  if (flags.continue) return await goOn(flags, host);
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

async function goOn(flags: UpdateFlags, host: Host): Promise<Outcome> {
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
  const pause = unfinished?.pause ?? null;
  const composed = await composeAnew(pause, host);
  const unsettled = readUnsettled(pause, host);
  const verification =
    unsettled === undefined || !flags.verify ? undefined : await settle(unsettled, host);
  const nextSteps =
    unsettled === undefined || hasSettled(verification) ? [] : [settlingStep(unsettled)];
  return ended('The update is complete.', saved, { composed, verification, nextSteps });
}

/** What the update left to the language's own tool; only a command that a language names is taken for one. */
function readUnsettled(pause: JsonValue, host: Host): Unsettled | undefined {
  const { unsettled } = (pause ?? {}) as { readonly unsettled?: Partial<Unsettled> | null };
  const { languages } = host.loadCatalog();
  const found = languages.find((language) => language.settle?.command === unsettled?.command);
  if (unsettled === undefined || unsettled === null || found?.settle === undefined)
    return undefined;
  return { paths: found.settle.makes, command: found.settle.command };
}

async function settle({ command }: Unsettled, host: Host): Promise<Verification> {
  const { verifyWithProgress } = await import('./verify-with-progress.js');
  return await verifyWithProgress({ root: host.cwd, race: false, settle: command }, host);
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

/** What was found out about an update that is complete. */
type Proven = {
  readonly composed: Composed;
  readonly verification: Verification | undefined;
  readonly nextSteps: readonly NextStep[];
};

function ended(
  message: string,
  saved: readonly { readonly path: string; readonly copy: string }[],
  proven?: Proven,
): Outcome {
  const { composed, nextSteps = [] } = proven ?? {};
  const verification = joinProofs(composed, proven?.verification);
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
            nextSteps,
          }),
    },
    text: (page) =>
      [
        [message, ...lines].join('\n'),
        formatFindings(composed, page),
        composed === undefined ? '' : formatProof(verification, page),
        ...nextSteps.map(({ command, does }) => `Still to do: ${command} (${does})`),
      ]
        .filter((block) => block !== '')
        .map((block) => `${block}\n`)
        .join('\n'),
  };
}

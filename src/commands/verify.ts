import { join, resolve } from 'node:path';

import type { Host } from '../io/host.js';
import { readText } from '../io/read-file.js';
import type { NextStep } from '../model/next-step.js';
import { describeFindings, formatFindings, joinProofs, type Composed } from '../report/composed.js';
import { describeVerification } from '../report/created-service.js';
import { formatStep } from '../report/progress.js';
import { formatProof } from '../report/proof-text.js';
import { createStyle } from '../report/style.js';
import { requestPath } from '../stages/compose-request.js';
import { composeTree } from '../stages/compose-service.js';
import { checkComposition } from './check-composition.js';
import { foreseeSteps } from './next-steps.js';
import type { Outcome } from './outcome.js';
import { readChangedFolder } from './read-folder.js';
import { exitCodeOf } from './verification-exit-code.js';
import { verifyWithProgress } from './verify-with-progress.js';

/**
 * Runs the composition rules over a service as it is on disk, then its tests, and validates its manifests.
 * An error of the composition fails the run, a warning is shown.
 */
export async function verify(
  { path, race }: { readonly path: string; readonly race: boolean },
  host: Host,
): Promise<Outcome> {
  const root = resolve(host.cwd, path);
  const composed = await compose(root, host);
  const { stderr } = host;
  if (composed !== undefined)
    stderr.write(`${formatStep(composed.step, createStyle(stderr), stderr.columns())}\n`);
  const ran = await verifyWithProgress({ root, race }, host);
  const verification = joinProofs(composed, ran);
  const nextSteps = await foresee(root, ran.status === 'passed', host);
  return {
    exitCode: exitCodeOf(verification),
    document: {
      verification: describeVerification(verification),
      ...describeFindings(composed),
      nextSteps,
    },
    text: (page) =>
      [
        formatFindings(composed, page),
        formatProof(verification, page),
        ...nextSteps.map(({ command, does }) => `Still to do: ${command} (${does})`),
      ]
        .filter((block) => block !== '')
        .map((block) => `${block}\n`)
        .join('\n'),
  };
}

/** @returns undefined where no scaffold.yaml says what the application does */
async function compose(root: string, host: Host): Promise<Composed | undefined> {
  const { after } = await readChangedFolder(root, [], host);
  if (!after.files.has(requestPath)) return undefined;
  return await checkComposition(after, { limit: 'error', catalog: host.loadCatalog(), host });
}

/** What the language's tools refuse in the project; where all went well, its dependency files are not to blame. */
async function foresee(root: string, isProven: boolean, host: Host): Promise<readonly NextStep[]> {
  const text = readText(join(root, requestPath), { maxBytes: 1_048_576, name: requestPath });
  if (text === undefined) return [];
  const catalog = host.loadCatalog();
  const { language } = composeTree(text, catalog).resolution.request.service;
  const template = catalog.languages.find((candidate) => candidate.language === language);
  const from = isProven ? [] : (template?.settle?.from ?? []);
  return await foreseeSteps(root, language, new Set(from));
}

import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { readHiddenPart, type HiddenPart } from '../io/hidden-manifests.js';
import { readLock } from '../io/lock-file.js';
import { readText } from '../io/read-file.js';
import { inputError } from '../model/errors.js';
import { quote } from '../model/text.js';
import type { Verification } from '../model/verification.js';
import { requestPath } from '../stages/compose-request.js';
import { looseDocument } from '../stages/parse-yaml.js';
import { planVerification } from './plan.js';
import { runSteps, type ScheduleOptions } from './schedule.js';
import type { VerifyRequest } from './toolchain.js';

/**
 * Proves a project on disk: its manifests and its code, with the tools of this machine.
 *
 * @returns one result a step, in a stable order; `failed` and `not-verified` are results
 * @throws ToolError exit 2 when the folder is no project of this tool, 6 when git does not say what a sparse
 *   checkout hides, 130 on Ctrl-C once every process that was started has ended
 */
export async function verifyProject(
  request: VerifyRequest & ScheduleOptions,
): Promise<Verification> {
  const { root } = request;
  const hidden = existsSync(root) ? await readHiddenPart(root, request) : undefined;
  const { language, adopted } = readService(root, hidden);
  const steps = await planVerification(language, { ...request, hidden, adopted });
  return await runSteps(steps, request);
}

const MAX_REQUEST_BYTES = 1_024 * 1_024;

/** What verification must know of a service. */
type Service = { readonly language: string; readonly adopted: boolean };

/** What scaffold.yaml says, or else the lock; undefined `hidden`: there is no such folder. */
function readService(root: string, hidden: HiddenPart | undefined): Service {
  const service =
    hidden === undefined
      ? undefined
      : (serviceOf(readRequest(root, hidden)) ?? serviceOf(readLock(root, hidden.lock)?.request));
  if (service !== undefined) return service;
  throw inputError(
    'no-project',
    `${quote(root)} holds no scaffold.yaml with a service.language.`,
    'Run it in the folder of a service, or name that folder.',
  );
}

/** scaffold.yaml, only as far as verification needs it: the rest may be wrong and the code still good. */
function readRequest(
  root: string,
  { manifests }: HiddenPart,
): { readonly service: { readonly language: unknown; readonly adopted: unknown } } {
  const text =
    readText(join(root, requestPath), { maxBytes: MAX_REQUEST_BYTES, name: requestPath }) ??
    manifests.get(requestPath)?.toString('utf8');
  // Looked up in the document: nothing is expanded, however many anchors it has.
  const document = looseDocument(text ?? '');
  const [language, adopted]: unknown[] = ['language', 'adopted'].map((key) =>
    document.getIn(['service', key]),
  );
  return { service: { language, adopted } };
}

function serviceOf(request: unknown): Service | undefined {
  const service = property(request, 'service');
  const language = property(service, 'language');
  return typeof language === 'string'
    ? { language, adopted: property(service, 'adopted') === true }
    : undefined;
}

function property(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined;
}

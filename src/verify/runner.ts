import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { parseDocument } from 'yaml';

import { readLock } from '../io/lock-file.js';
import { readText } from '../io/read-file.js';
import { inputError } from '../model/errors.js';
import { quote } from '../model/text.js';
import type { Verification } from '../model/verification.js';
import { planVerification } from './plan.js';
import { runSteps, type ScheduleOptions } from './schedule.js';
import type { VerifyRequest } from './toolchain.js';

/**
 * Proves a project on disk: its manifests and its code, with the tools of this machine.
 *
 * @returns one result a step, in a stable order; `failed` and `not-verified` are results
 * @throws ToolError exit 2 when the folder is no project of this tool, 130 on Ctrl-C once every process
 *   that was started has ended
 */
export async function verifyProject(
  request: VerifyRequest & ScheduleOptions,
): Promise<Verification> {
  const steps = await planVerification(readLanguage(request.root), request);
  return await runSteps(steps, request);
}

const MAX_REQUEST_BYTES = 1_024 * 1_024;

/** The language that scaffold.yaml names, or else the lock. */
function readLanguage(root: string): string {
  const language = existsSync(root)
    ? (languageOf(readRequest(root)) ?? languageOf(readLock(root)?.request))
    : undefined;
  if (language !== undefined) return language;
  throw inputError(
    'no-project',
    `${quote(root)} holds no scaffold.yaml with a service.language.`,
    'Run it in the folder of a service, or name that folder.',
  );
}

/** scaffold.yaml, only as far as verification needs it: the rest may be wrong and the code still good. */
function readRequest(root: string): { readonly service: { readonly language: unknown } } {
  const path = join(root, 'scaffold.yaml');
  const text = readText(path, { maxBytes: MAX_REQUEST_BYTES, name: 'scaffold.yaml' });
  // Looked up in the document: nothing is expanded, however many anchors it has.
  const language: unknown = parseDocument(text ?? '').getIn(['service', 'language']);
  return { service: { language } };
}

function languageOf(request: unknown): string | undefined {
  const language = property(property(request, 'service'), 'language');
  return typeof language === 'string' ? language : undefined;
}

function property(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined;
}

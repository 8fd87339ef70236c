import { createHash } from 'node:crypto';

import { exitCodes, inputError, ToolError } from '../model/errors.js';
import { quote } from '../model/text.js';
import type { Host } from './host.js';
import { resolveInside, resolveRoot } from './inside.js';
import { findExecutable, openProcesses } from './process.js';
import { readBounded } from './read-file.js';

const MAX_BYTES = 100 * 1024 * 1024;
const TIMEOUT_MS = 60_000;
const OTHERS = 'Name another source: --npm, --tarball, --git with --commit, or --path.';

/** The digest of a package in npm's form. */
export function sha512(bytes: Buffer): string {
  return `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
}

/** A package in the repository. @throws ToolError exit 2 when it is not there, a link, or above 100 MiB */
export function readPackage(root: string, path: string): Buffer {
  const bytes = readBounded(resolveInside(resolveRoot(root), path), {
    maxBytes: MAX_BYTES,
    name: path,
    noFollow: true,
  });
  if (bytes !== undefined) return bytes;
  throw inputError(
    'no-tool-package',
    `there is no ${quote(path)} in this folder.`,
    'npm pack makes such a file; put it into the repository.',
  );
}

/**
 * Downloads a package; what it holds is hashed and not unpacked.
 *
 * @throws ToolError exit 6 when the server cannot be reached within a minute or answers with an error, 2 when the
 *   package is above 100 MiB
 */
export async function fetchTarball(url: string, signal: AbortSignal): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let size = 0;
  try {
    const response = await fetch(url, {
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    if (!response.ok) throw new Error(`the server answers ${response.status}`);
    const body: AsyncIterable<Uint8Array> | undefined = response.body ?? undefined;
    for await (const part of body ?? []) {
      size += part.length;
      if (size > MAX_BYTES) break;
      parts.push(part);
    }
  } catch (error) {
    throw unreachable(`${quote(url)} could not be downloaded: ${describe(error)}.`, error);
  }
  if (size <= MAX_BYTES) return Buffer.concat(parts);
  throw inputError('too-large', `${quote(url)} is larger than 100 MiB.`, OTHERS);
}

/**
 * The sha512 that a registry gives for a version of a package. npm asks it, so that a person's registry, proxy and
 * credentials hold.
 *
 * @throws ToolError exit 6 without npm, and when the registry does not answer or does not have the version
 */
export async function readRegistry(
  { name, version }: { readonly name: string; readonly version: string },
  { env, cwd, signal }: Pick<Host, 'env' | 'cwd' | 'signal'>,
): Promise<string> {
  const file = findExecutable('npm', env);
  if (file === undefined) throw unreachable('npm is not on PATH.');
  const processes = openProcesses();
  try {
    const { end, output } = await processes.run(
      {
        file,
        args: [
          'view',
          `${name}@${version}`,
          'dist.integrity',
          '--no-update-notifier',
          '--loglevel=error',
        ],
        cwd,
        env: { ...env, npm_config_fetch_retries: '1' },
      },
      { timeoutMs: TIMEOUT_MS, signal },
    );
    const integrity = /^sha512-[A-Za-z0-9+/]{86}==$/m.exec(output)?.[0];
    if (end.kind === 'exited' && end.code === 0 && integrity !== undefined) return integrity;
    const why = /E404/.test(output)
      ? 'the registry does not have it'
      : end.kind === 'exited' && end.code === 0
        ? 'the registry gives no sha512 for it'
        : 'the registry does not answer';
    throw unreachable(`${name}@${version} could not be pinned: ${why}.`);
  } finally {
    processes.close();
  }
}

function unreachable(message: string, cause?: unknown): ToolError {
  return new ToolError({
    code: 'tool-source-unreachable',
    exitCode: exitCodes.environment,
    message,
    hint: OTHERS,
    cause,
  });
}

function describe(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message : String(cause);
}

import { hash } from 'node:crypto';

import * as z from 'zod/mini';

import { ownerships } from './ownership.js';
import { toolFolder } from './tool-source.js';

/** Where the tool keeps its record of a repo. */
export const lockPath = '.scaffold/lock.json';

const GENERATED = ['.gitignore', 'package.json', 'package-lock.json'];

/** True in the folder of the record, but for the files there that are generated like any other. */
export function isRecordPath(path: string): boolean {
  return (
    /^\.scaffold(?:\/|$)/i.test(path) && !GENERATED.some((name) => path === `${toolFolder}/${name}`)
  );
}

export const buildLockFile = () =>
  z.strictObject({
    path: z.string().check(z.minLength(1)),
    /** Git blob id (SHA-1) of the LF bytes written. */
    id: z.string().check(z.regex(/^[0-9a-f]{40}$/)),
    mode: z.enum(['644', '755']),
    ownership: z.enum([...ownerships, 'user']),
    capabilities: z.array(z.string()),
  });
export type LockFile = z.infer<ReturnType<typeof buildLockFile>>;

/**
 * Version of the tool that brought the newest thing a record written by this one can hold. A tool whose own
 * value is older than the `needs` of a record does not understand it. Raise it with whatever is added below.
 */
export const lockNeeds = '0.2.0';

/** A function, since a run that only writes a lock need not build the schema of one. */
export const buildLockSchema = () =>
  z.strictObject({
    /** Every format keeps this field and `needs`, so that a tool that is too old can say which one it takes. */
    lockVersion: z.literal(2),
    needs: z.string().check(z.regex(/^\d+\.\d+\.\d+$/)),
    /** Version of the package that wrote the repo; its templates carry the same version. */
    version: z.string().check(z.minLength(1)),
    /** How CI gets the tool; absent where scaffold.yaml does not say so. */
    tool: z.optional(z.record(z.string(), z.json())),
    /** Catalogs beside the one of the package, each with the version that was used. */
    sources: z.array(z.looseObject({ name: z.string(), version: z.string() })),
    /** scaffold.yaml as it was applied. */
    request: z.record(z.string(), z.json()),
    files: z.array(buildLockFile()),
  });
export type Lock = z.infer<ReturnType<typeof buildLockSchema>>;

/** A record of any format as one of today's; what is none of ours comes back as it is. */
export function migrateLock(data: unknown): unknown {
  if (typeof data !== 'object' || data === null || !('lockVersion' in data)) return data;
  return data.lockVersion === 1 ? { sources: [], ...data, lockVersion: 2, needs: lockNeeds } : data;
}

/** One line per file, sorted by path, so that two branches that add different files merge. */
export function serializeLock(lock: Lock): string {
  const files = [...lock.files].sort((a, b) => (a.path < b.path ? -1 : 1));
  return [
    '{',
    `  "lockVersion": ${lock.lockVersion},`,
    `  "needs": ${JSON.stringify(lock.needs)},`,
    `  "version": ${JSON.stringify(lock.version)},`,
    ...(lock.tool === undefined ? [] : [`  "tool": ${JSON.stringify(lock.tool)},`]),
    `  "sources": ${JSON.stringify(lock.sources)},`,
    `  "request": ${JSON.stringify(lock.request, null, 2).replaceAll('\n', '\n  ')},`,
    '  "files": [',
    files.map((file) => `    ${JSON.stringify(file)}`).join(',\n'),
    '  ]',
    '}',
    '',
  ].join('\n');
}

/** Git's id of a blob with these contents, whatever the repo's own object format is. */
export function blobId(text: string): string {
  return hash('sha1', `blob ${Buffer.byteLength(text)}\0${text}`);
}

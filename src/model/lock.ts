import { createHash } from 'node:crypto';

import * as z from 'zod/mini';

import { ownerships } from './ownership.js';

/** Where the tool keeps its record of a repo. */
export const lockPath = '.scaffold/lock.json';

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

/** A function, since a run that only writes a lock need not build the schema of one. */
export const buildLockSchema = () =>
  z.strictObject({
    lockVersion: z.literal(1),
    /** Version of the package that wrote the repo; its templates carry the same version. */
    version: z.string().check(z.minLength(1)),
    /** scaffold.yaml as it was applied. */
    request: z.record(z.string(), z.json()),
    files: z.array(buildLockFile()),
  });
export type Lock = z.infer<ReturnType<typeof buildLockSchema>>;

/** One line per file, sorted by path, so that two branches that add different files merge. */
export function serializeLock(lock: Lock): string {
  const files = [...lock.files].sort((a, b) => (a.path < b.path ? -1 : 1));
  return [
    '{',
    `  "lockVersion": ${lock.lockVersion},`,
    `  "version": ${JSON.stringify(lock.version)},`,
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
  const bytes = Buffer.from(text, 'utf8');
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
}

import { createHash } from 'node:crypto';

/** Git's blob id (SHA-1) of the bytes as they are: tells whether a file on disk is the one that was seen. */
export function contentId(bytes: Uint8Array): string {
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
}

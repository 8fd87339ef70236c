import type { Lock } from '../model/lock.js';
import { blobId, lockNeeds } from '../model/lock.js';
import type { RequestDocument } from '../model/request.js';
import type { Tree } from '../model/tree.js';

/** The lock of a tree as it is written. */
export function composeLock(version: string, request: RequestDocument, tree: Tree): Lock {
  return {
    lockVersion: 2,
    needs: lockNeeds,
    version,
    sources: [],
    request: request as Lock['request'], // JSON both, one of them readonly
    files: [...tree].map(([path, { text, mode, ownership, capabilities }]) => ({
      path,
      id: blobId(text),
      mode,
      ownership,
      capabilities: [...capabilities],
    })),
  };
}

import type { JsonValue } from '../model/json.js';
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
    ...toolOf(request),
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

/** `tool.source` as scaffold.yaml has it. */
function toolOf({ tool }: RequestDocument): Pick<Lock, 'tool'> {
  const source = isMap(tool) ? tool['source'] : undefined;
  return isMap(source) ? { tool: source as Lock['request'] } : {}; // JSON both, as above
}

function isMap(value: JsonValue | undefined): value is { readonly [key: string]: JsonValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

import type { JsonValue } from '../model/json.js';
import { resolveInside, resolveRoot, statOrUndefined } from './inside.js';
import { readProjectFile } from './read-file.js';

/**
 * The places at which a waiting update still needs people: files with markers, and files that lie beside
 * others until somebody has dealt with them.
 *
 * @param pause what the update left: `conflicts`, a list of `{ path, leaves }`, which 0.1.0 left without a name
 */
export function findUnresolved(root: string, pause: JsonValue): string[] {
  const resolved = resolveRoot(root);
  const left = (pause as { readonly conflicts?: JsonValue } | null)?.conflicts ?? pause;
  const conflicts = (Array.isArray(left) ? left : []) as readonly {
    path: string;
    leaves: string;
  }[];
  return conflicts.flatMap(({ path, leaves }) => {
    const full = resolveInside(resolved, leaves);
    if (statOrUndefined(full)?.isFile() !== true) return [];
    if (leaves !== path) return [leaves];
    const text = readProjectFile(full, leaves).toString('utf8');
    return /^<{7} /m.test(text) || /^>{7} /m.test(text) ? [path] : [];
  });
}

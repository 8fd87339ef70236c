import type { GoneObject } from '../model/drift.js';
import { groupOf } from '../model/kind-facts.js';
import { kindFacts } from '../meshes/kind-facts.js';
import { findKustomization, resolveKustomization, type Files } from '../manifests/kustomize.js';

/** Lines that name an object, or a file that holds some. */
const NAMING = /^(?:(?: {2})?(?:kind|name|namespace): |\s*- \S).*$/gm;

/**
 * Kubernetes objects that were declared and are no longer, in any kustomization below `deploy/`: those of
 * environments too. `kubectl apply` leaves them in the cluster.
 *
 * @param before files as people have them, by path; `after` as they will be. Others than manifests are ignored
 */
export function findGoneObjects(before: Files, after: Files): readonly GoneObject[] {
  if (!mayLose(before, after)) return [];
  const kept = new Set(objectsOf(after).keys());
  return [...objectsOf(before)]
    .flatMap(([identity, object]) => (kept.has(identity) ? [] : [object]))
    .sort((a, b) => (a.namespace < b.namespace ? -1 : a.namespace > b.namespace ? 1 : 0));
}

/** Spares the parsing of every manifest where no line that names something is gone. */
function mayLose(before: Files, after: Files): boolean {
  return [...before].some(([path, text]) => {
    if (!/^deploy\/.*\.ya?ml$/.test(path)) return false;
    const next = after.get(path);
    if (next === text) return false;
    const names = new Set(next?.match(NAMING));
    return (text.match(NAMING) ?? []).some((line) => !names.has(line));
  });
}

function objectsOf(files: Files): ReadonlyMap<string, GoneObject> {
  const folders = new Set(
    [...files.keys()].flatMap((path) => /^(deploy(?:\/.*)?)\/[^/]+$/.exec(path)?.[1] ?? []),
  );
  const found = new Map<string, GoneObject>();
  for (const folder of folders) {
    const kustomization = findKustomization(folder, files);
    if (kustomization === undefined) continue;
    for (const { apiVersion, name } of resolveKustomization(kustomization, files, kindFacts)
      .objects) {
      const group = groupOf(apiVersion);
      const object = { group, ...name };
      found.set(`${group} ${name.kind} ${name.namespace} ${name.name}`, object);
    }
  }
  return found;
}

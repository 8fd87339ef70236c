import { plainOf, type Node } from './yaml-node.js';
import { placeOf } from './node.js';
import { listOf, textOf } from './kustomize/change-node.js';
import { findKustomization, join, type Files } from './kustomize.js';
import { readDocuments, type DocumentProblem } from './read-documents.js';

/** Keys that our own code resolves, and those that change nothing a rule reads. */
const PLAIN = new Set([
  'apiVersion',
  'kind',
  'metadata',
  'resources',
  'bases',
  'components',
  'patches',
  'patchesStrategicMerge',
  'patchesJson6902',
  'namespace',
  'replicas',
  'images',
  'labels',
  'commonLabels',
  'commonAnnotations',
  'namePrefix',
  'nameSuffix',
  'secretGenerator',
  'generatorOptions',
  'sortOptions',
  'buildMetadata',
  'openapi',
]);

/**
 * What a kustomization, or one that it leads to, asks for beyond the plain cases that `resolveKustomization`
 * knows: a place and the words for it. Undefined when all of it is plain.
 */
export function beyondPlain(
  path: string,
  files: Files,
  seen: ReadonlySet<string> = new Set(),
): DocumentProblem | undefined {
  const text = files.get(path);
  if (text === undefined || seen.has(path)) return undefined;
  const [root] = readDocuments({ path, text }).documents;
  if (root?.kind !== 'map') return undefined;
  const at = (node: Node, message: string): DocumentProblem => {
    const { file, line, column } = placeOf(node.spot);
    return { file, line, column, message };
  };
  for (const [key, node] of root.entries) {
    if (
      PLAIN.has(key) ||
      isPlainGenerator(key, node, (named) => files.has(join(folderOf(path), named)))
    )
      continue;
    return at(node, `${key} needs kustomize, which is not on PATH: it is left out.`);
  }
  const folder = folderOf(path);
  for (const key of ['resources', 'bases', 'components']) {
    const list = root.entries.get(key);
    for (const item of list?.kind === 'list' ? list.items : []) {
      const target = String(plainOf(item));
      if (/:\/\/|^git@|[?&]ref=|^github\.com\//.test(target))
        return at(item, `${target} is elsewhere: kustomize, which is not on PATH, would fetch it.`);
      const inner = findKustomization(join(folder, target), files);
      const below = inner && beyondPlain(inner, files, new Set([...seen, path]));
      if (below) return below;
    }
  }
  return undefined;
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1);
}

/** ConfigMaps whose files are there are plain. */
function isPlainGenerator(key: string, node: Node, isThere: (path: string) => boolean): boolean {
  if (key !== 'configMapGenerator' || node.kind !== 'list') return false;
  return node.items.every((item) => {
    const env = textOf(item, 'env');
    const named = ['files', 'envs']
      .flatMap((list) => listOf(item, list))
      .map((one) => String(plainOf(one)));
    return [...named, ...(env === undefined ? [] : [env])].every((one) =>
      isThere(one.replace(/^[^=]+=/, '')),
    );
  });
}

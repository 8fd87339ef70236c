import { quote } from '../model/text.js';
import { fitsSelector } from './kustomize/label-selector.js';
import { listOf, textOf } from './kustomize/change-node.js';
import { targetPattern } from './kustomize/target-pattern.js';
import { isRemote } from './kustomization-targets.js';
import { findKustomization, join, type Files } from './kustomize.js';
import { entryOf, placeOf } from './node.js';
import { readDocuments, type DocumentProblem } from './read-documents.js';
import { plainOf, type MapNode, type Node } from './yaml-node.js';

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
]);
/** Keys that only kustomize knows what to make of. */
const BEYOND = new Set([
  'replacements',
  'vars',
  'configurations',
  'crds',
  'openapi',
  'generators',
  'transformers',
  'validators',
  'configMapGenerator',
  'inventory',
  'imageTags',
]);
/** Keys for which kustomize starts helm, which it is never allowed to. */
const HELM = new Set(['helmCharts', 'helmGlobals', 'helmChartInflationGenerator']);

/** Something that our own code leaves out of a kustomization. */
export type Beyond = DocumentProblem & {
  /** Whether kustomize, as we start it, could do it. */
  readonly canBeBuilt: boolean;
};

/** What a kustomization and those that it leads to ask for beyond what `resolveKustomization` knows, in their order. */
export function beyondPlain(
  path: string,
  files: Files,
  seen: Set<string> = new Set(),
): readonly Beyond[] {
  const text = files.get(path);
  if (text === undefined || seen.has(path)) return [];
  seen.add(path);
  const [root] = readDocuments({ path, text }).documents;
  if (root?.kind !== 'map') return [];
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  const isThere = (named: string): boolean => files.has(join(folder, named));
  return [
    ...[...root.entries].flatMap(([key, node]) => beyondKey(key, node, isThere)),
    ...beyondTargets(root),
    ...['resources', 'bases', 'components'].flatMap((key) =>
      listOf(root, key).flatMap((item) => {
        const target = String(plainOf(item));
        if (isRemote(target)) return [remark(item, `${target} is elsewhere, and was not fetched.`)];
        const inner = findKustomization(join(folder, target), files);
        return inner === undefined ? [] : beyondPlain(inner, files, seen);
      }),
    ),
  ];
}

function beyondKey(key: string, node: Node, isThere: (path: string) => boolean): readonly Beyond[] {
  if (PLAIN.has(key) || isEmpty(node)) return [];
  if (key === 'configMapGenerator' && isPlainGenerator(node, isThere)) return [];
  if (HELM.has(key))
    return [
      {
        ...remark(
          node,
          `${key} has kustomize start helm, which is not done: name the chart to check --render.`,
        ),
        canBeBuilt: false,
      },
    ];
  if (BEYOND.has(key))
    return [remark(node, `${key} is left out: check --render resolves it with kustomize.`)];
  return [remark(node, `${key} is no field of a kustomization: kustomize refuses it.`)];
}

/** Targets of patches that say more than `patchObjects` understands. */
function beyondTargets(root: MapNode): readonly Beyond[] {
  return ['patches', 'patchesJson6902'].flatMap((key) =>
    listOf(root, key).flatMap((item) => {
      const target = entryOf(item, 'target');
      const texts = (names: readonly string[]) =>
        names.flatMap((name) => {
          const node = entryOf(target ?? item, name);
          const text = target === undefined ? undefined : textOf(target, name);
          return node === undefined || text === undefined ? [] : [{ node, text }];
        });
      const selectors = texts(['labelSelector', 'annotationSelector']).filter(
        ({ text }) => fitsSelector(text, () => undefined) === undefined,
      );
      const patterns = texts(['group', 'version', 'kind', 'name', 'namespace']).filter(
        ({ text }) => targetPattern(text) === undefined,
      );
      return [
        ...selectors.map(({ node, text }) =>
          remark(node, `${quote(text)} is no selector: its patch is left out.`),
        ),
        ...patterns.map(({ node, text }) =>
          remark(
            node,
            `the pattern ${quote(text)} is left out: check --render matches it with kustomize.`,
          ),
        ),
      ];
    }),
  );
}

function remark(node: Node, message: string): Beyond {
  const { file, line, column } = placeOf(node.spot);
  return { file, line, column, message, canBeBuilt: true };
}

function isEmpty(node: Node): boolean {
  if (node.kind === 'scalar') return node.value === null;
  return node.kind === 'list' ? node.items.length === 0 : node.entries.size === 0;
}

/** ConfigMaps whose files are there are plain. */
function isPlainGenerator(node: Node, isThere: (path: string) => boolean): boolean {
  if (node.kind !== 'list') return false;
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

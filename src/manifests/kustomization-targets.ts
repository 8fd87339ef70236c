import { placeOf } from './node.js';
import { readDocuments } from './read-documents.js';
import { plainOf, type Node } from './yaml-node.js';

/** Something that a kustomization names, and where. */
export type KustomizationTarget = {
  readonly target: string;
  readonly line: number;
  readonly column: number;
  /** kustomize would fetch it over the network, or clone it with git. */
  readonly isRemote: boolean;
};

/** Values that are content rather than the name of a file. */
const CONTENT = new Set([
  'apiVersion',
  'kind',
  'metadata',
  'namespace',
  'namePrefix',
  'nameSuffix',
  'labels',
  'commonLabels',
  'commonAnnotations',
  'annotations',
  'images',
  'replicas',
  'literals',
  'patch',
  'vars',
]);

/**
 * Everything that a kustomization may load: resources, bases, components, and the files of patches, generators,
 * transformers, replacements, schemas and charts. kustomize takes a URL for each of them.
 */
export function kustomizationTargets(path: string, text: string): readonly KustomizationTarget[] {
  const targets: KustomizationTarget[] = [];
  const visit = (node: Node): void => {
    if (node.kind === 'scalar') {
      const target = String(plainOf(node));
      const { line, column } = placeOf(node.spot);
      // An inline patch or object: no name has several lines.
      if (!target.includes('\n'))
        targets.push({ target, line, column, isRemote: isRemote(target) });
    } else if (node.kind === 'list') {
      node.items.forEach(visit);
    } else {
      for (const [key, value] of node.entries) if (!CONTENT.has(key)) visit(value);
    }
  };
  for (const root of readDocuments({ path, text }).documents) {
    if (root.kind === 'map') visit(root);
  }
  return targets;
}

/**
 * Whether kustomize takes a name for a URL or a git repository rather than for a path: it looks for a scheme, a
 * `user@host:` form, the names of git hosts and query parameters (api/internal/git/repospec.go of kustomize 5.8).
 */
export function isRemote(target: string): boolean {
  return (
    /:\/\/|::|\.git(?:[/?]|$)|\/_git\/|[?&](?:ref|version|timeout|submodules)=/i.test(target) ||
    /^[^/@:]+@[^/@:]+:/.test(target) ||
    /^(?:www\.)?(?:github|gitlab|bitbucket)\.(?:com|org)[/:]/i.test(target)
  );
}

import { providers } from '../meshes/found/providers.js';
import type { MeshProvider } from '../meshes/provider.js';
import { groupOf } from '../model/kind-facts.js';
import type { ReadSummary, Skipped } from '../model/read-summary.js';
import { kustomizationNames, type Files } from '../manifests/kustomize.js';
import type { LocatedObject } from '../manifests/node.js';
import type { DocumentProblem } from '../manifests/read-documents.js';
import { requestPath } from './starting-kustomization.js';
import { isContractPath } from '../stages/contract-files.js';

type Survey = {
  readonly files: Files;
  readonly objects: readonly LocatedObject[];
  readonly problems: readonly DocumentProblem[];
};

/** What was read of a project's files, and which of them hold nothing that is checked. */
export function survey({ files, objects: all, problems }: Survey): ReadSummary {
  // An overlay and its base share the place of an object.
  const distinct = new Map(
    all
      .filter(({ apiVersion }) => groupOf(apiVersion) !== 'kustomize.config.k8s.io')
      .map((object) => [keyOf(object), object] as const),
  );
  const objects = [...distinct.values()];
  const meshes = providers.flatMap((provider) => {
    const count = objects.filter(({ apiVersion }) => isOf(provider, groupOf(apiVersion))).length;
    return provider.title === undefined || count === 0
      ? []
      : [{ title: provider.title, objects: count }];
  });
  const paths = [...files.keys()].filter((path) => path !== requestPath && !isContractPath(path));
  const used = new Set(all.map(({ root }) => root.spot.file));
  const told = new Set(problems.map(({ file }) => file));
  const without = paths.filter(
    (path) => !used.has(path) && !told.has(path) && !holdsManifest(path, files.get(path)),
  );
  return {
    files: paths.length,
    objects: objects.length,
    meshes,
    skipped: [
      ...definitionsIn(files, paths),
      ...(without.length === 0
        ? []
        : [{ reason: 'no-object' as const, count: without.length, files: without }]),
    ],
  };
}

function keyOf({ root: { spot }, name }: LocatedObject): string {
  return JSON.stringify([spot.file, spot.offset, name.kind, name.name]);
}

function isOf({ apiGroups = [] }: MeshProvider, group: string): boolean {
  return apiGroups.some((own) => group === own || group.endsWith(`.${own}`));
}

function definitionsIn(files: Files, paths: readonly string[]): readonly Skipped[] {
  const counts = paths.map((path) => [path, definitionsOf(files.get(path))] as const);
  const found = counts.filter(([, count]) => count > 0);
  const count = found.reduce((sum, [, more]) => sum + more, 0);
  const reason = 'custom-resource-definition';
  return count === 0 ? [] : [{ reason, count, files: found.map(([path]) => path) }];
}

const DEFINITION = /(?:^[ -]{0,4}kind: *["']?|"kind": *")CustomResourceDefinition\b/gm;
/** An object, or part of a kustomization: a patch, operations of a JSON patch. */
const MANIFEST = /^[ -]{0,4}kind:|"kind" *:|^- *(?:op|path):|^\s*\[?\s*\{\s*"op"/m;

function definitionsOf(text = ''): number {
  return text.includes('CustomResourceDefinition') ? [...text.matchAll(DEFINITION)].length : 0;
}

function holdsManifest(path: string, text = ''): boolean {
  return MANIFEST.test(text) || kustomizationNames.some((name) => path.split('/').at(-1) === name);
}

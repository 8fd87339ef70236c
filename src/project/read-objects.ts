import type { Catalog } from '../model/catalog.js';
import type { Place } from '../model/control.js';
import type { MeshControl } from '../model/controls.js';
import { groupOf } from '../model/kind-facts.js';
import type { Files } from '../manifests/kustomize.js';
import { placeOf, type LocatedObject } from '../manifests/node.js';
import { withoutPatches } from '../manifests/patches.js';
import { readControls } from '../manifests/read-controls.js';
import type { DocumentProblem } from '../manifests/read-documents.js';
import type { MapNode, Node } from '../manifests/yaml-node.js';
import { kinds } from '../meshes/found/kinds.js';
import { readProject, readUnits, type ProjectSource } from './read-project.js';
import type { RenderedCharts } from './units.js';

/** Manifests from one folder, file or stream. */
export type ManifestSource = {
  readonly files: Files;
  /** What a renderer made of kustomizations, by their paths. */
  readonly built: ReadonlyMap<string, string> | undefined;
  /** What charts were rendered to, among the files. */
  readonly charts?: RenderedCharts | undefined;
  readonly environment: string | undefined;
  /** A file as people would open it. */
  readonly rename: (file: string) => string;
};

export type ReadObjects = {
  readonly objects: readonly LocatedObject[];
  readonly problems: readonly DocumentProblem[];
};

/** Reads the objects of manifests, without those that are patches of others. */
export function readObjects(source: ManifestSource, catalog: Catalog): ReadObjects {
  const { files, rename } = source;
  const { objects, problems } = readProject(projectOf(source, catalog));
  return {
    objects: withoutPatches(objects, files).map((object) => ({
      ...object,
      root: renameMap(object.root, rename),
    })),
    problems: problems.map((problem) => ({ ...problem, file: rename(problem.file) })),
  };
}

/**
 * The kustomizations and charts that have a Service of a name: each is deployed by itself, and says something else of
 * calls to it.
 *
 * @param namespace undefined for any
 * @returns their folders, as people would open them
 */
export function deploymentsOf(
  source: ManifestSource,
  { name, namespace }: { readonly name: string; readonly namespace: string | undefined },
  catalog: Catalog,
): readonly string[] {
  const isMeant = ({ name: its }: LocatedObject): boolean =>
    its.kind === 'Service' &&
    its.name === name &&
    (namespace === undefined || its.namespace === '' || its.namespace === namespace);
  return [...readUnits(projectOf(source, catalog))]
    .filter(({ isDeployment, objects }) => isDeployment && objects.some(isMeant))
    .map((unit) => source.rename(unit.name));
}

function projectOf(
  { files, built, charts, environment }: ManifestSource,
  catalog: Catalog,
): ProjectSource {
  return {
    files,
    catalog,
    ...(built !== undefined && { built }),
    ...(charts !== undefined && { charts }),
    ...(environment !== undefined && { environment }),
  };
}

/** An object that is defined more than once. */
export type RepeatedObject = {
  /** `Kind/name` */
  readonly target: string;
  readonly namespace: string;
  /** In the order in which they are applied. */
  readonly places: readonly Place[];
};

export type AppliedObjects = {
  readonly controls: readonly MeshControl[];
  readonly repeated: readonly RepeatedObject[];
};

/**
 * What `kubectl apply --namespace` would make of objects, in their order: those without a namespace are in the
 * given one, and the last definition of an object holds.
 */
export function applyObjects(objects: readonly LocatedObject[], namespace: string): AppliedObjects {
  const byName = new Map<string, LocatedObject[]>();
  for (const object of objects) {
    const name = { ...object.name, namespace: object.name.namespace || namespace };
    const key = JSON.stringify([groupOf(object.apiVersion), name.kind, name.namespace, name.name]);
    byName.set(key, [...(byName.get(key) ?? []), { ...object, name }]);
  }
  const all = [...byName.values()];
  return {
    controls: readControls(
      all.flatMap((same) => same.at(-1) ?? []),
      kinds,
    ),
    repeated: all.flatMap((same) => {
      const [first, ...others] = same;
      if (first === undefined || others.length === 0 || first.name.name === '') return [];
      const { kind, name, namespace: owner } = first.name;
      const places = same.map(({ root }) => placeOf(root.spot));
      return [{ target: `${kind}/${name}`, namespace: owner, places }];
    }),
  };
}

function renameMap({ kind, entries, spot }: MapNode, rename: ManifestSource['rename']): MapNode {
  return {
    kind,
    entries: new Map([...entries].map(([key, value]) => [key, renameNode(value, rename)])),
    spot: { ...spot, file: rename(spot.file) },
  };
}

function renameNode(node: Node, rename: ManifestSource['rename']): Node {
  if (node.kind === 'map') return renameMap(node, rename);
  const spot = { ...node.spot, file: rename(node.spot.file) };
  if (node.kind === 'scalar') return { ...node, spot };
  return { ...node, spot, items: node.items.map((item) => renameNode(item, rename)) };
}

import { factsOf, type KindFacts } from '../model/kind-facts.js';
import { applyOperations, layOver } from './lay-over.js';
import { entryOf, objectOf, type LocatedObject } from './node.js';
import { plainOf, type MapNode, type Node, type Spot } from './yaml-node.js';
import { readDocuments, type DocumentProblem } from './read-documents.js';

export type Files = ReadonlyMap<string, string>;

/** Objects as the cluster would get them, and what could not be read on the way. */
export type ResolvedManifests = {
  readonly objects: readonly LocatedObject[];
  readonly problems: readonly DocumentProblem[];
};

/** File names of a kustomization, in the order in which one is looked for. */
export const kustomizationNames = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

/** The kustomization of a folder, when it has one. */
export function findKustomization(folder: string, files: Files): string | undefined {
  return kustomizationNames.map((name) => join(folder, name)).find((path) => files.has(path));
}

/**
 * Resolves a kustomization the way `kustomize build` does for the plain cases: resources, components,
 * patches (strategic merge and JSON), namespace, replicas, literals of generated ConfigMaps.
 *
 * @param kinds whose lists patches merge
 */
export function resolveKustomization(
  path: string,
  files: Files,
  kinds: readonly KindFacts[],
  above: readonly string[] = [],
): ResolvedManifests {
  // A circle ends where it closes.
  if (above.includes(path)) return { objects: [], problems: [] };
  const { documents, problems } = read(path, files);
  const root = documents[0];
  if (root?.kind !== 'map') return { objects: [], problems };
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  const found = { objects: [] as LocatedObject[], problems: [...problems] };
  for (const key of ['resources', 'bases', 'components']) {
    // kustomize refuses what is named twice.
    for (const target of new Set(textsOf(root, key))) {
      const resolved = resolveResource(join(folder, target), {
        files,
        kinds,
        above: [...above, path],
      });
      found.objects.push(...resolved.objects);
      found.problems.push(...resolved.problems);
    }
  }
  found.objects.push(...generatedConfig(root));
  for (const { target, patch } of patchesOf(root, folder, { files, problems: found.problems })) {
    found.objects = patchObjects(found.objects, { target, patch }, kinds);
  }
  const objects = scaled(inNamespace(found.objects, textOf(root, 'namespace')), root);
  return { objects, problems: found.problems };
}

function resolveResource(
  path: string,
  {
    files,
    kinds,
    above,
  }: {
    readonly files: Files;
    readonly kinds: readonly KindFacts[];
    readonly above: readonly string[];
  },
): ResolvedManifests {
  const inner = files.has(path) ? undefined : findKustomization(path, files);
  if (inner !== undefined) return resolveKustomization(inner, files, kinds, above);
  const { documents, problems } = read(path, files);
  return { objects: documents.flatMap((node) => objectOf(node) ?? []), problems };
}

function read(path: string, files: Files): ReturnType<typeof readDocuments> {
  const text = files.get(path);
  return text === undefined ? { documents: [], problems: [] } : readDocuments({ path, text });
}

type Target = { readonly kind?: string | undefined; readonly name?: string | undefined };
type Patch = { readonly target: Target; readonly patch: Node };

function patchesOf(
  root: MapNode,
  folder: string,
  { files, problems }: { readonly files: Files; readonly problems: DocumentProblem[] },
): Patch[] {
  const listed = (key: string): readonly Node[] => {
    const node = root.entries.get(key);
    return node?.kind === 'list' ? node.items : [];
  };
  const fromFile = (path: string): readonly Node[] => {
    const { documents, problems: found } = read(join(folder, path), files);
    problems.push(...found);
    return documents;
  };
  return ['patches', 'patchesStrategicMerge', 'patchesJson6902'].flatMap(listed).flatMap((item) => {
    const path = item.kind === 'scalar' ? String(item.value) : textOf(item, 'path');
    const inline = entryOf(item, 'patch');
    const nodes =
      path !== undefined && !path.includes('\n')
        ? fromFile(path)
        : readInline(
            path ?? String(inline === undefined ? '' : plainOf(inline)),
            (inline ?? item).spot,
          );
    const target = entryOf(item, 'target');
    const named = { kind: textOf(target, 'kind'), name: textOf(target, 'name') };
    return nodes.map((patch) => ({
      target: target === undefined ? targetOf(patch) : named,
      patch,
    }));
  });
}

/** A patch within the kustomization: its values have the place of the block that holds them. */
function readInline(text: string, { file, offset, linePos }: Spot): readonly Node[] {
  const { documents } = readDocuments({ path: file, text });
  const start = linePos(offset);
  const move = (node: Node): Node => {
    const inner = node.spot;
    const spot: Spot = {
      file,
      offset: inner.offset,
      linePos: (position) => ({ line: start.line + inner.linePos(position).line, col: start.col }),
    };
    switch (node.kind) {
      case 'scalar':
        return { ...node, spot };
      case 'list':
        return { ...node, spot, items: node.items.map(move) };
      case 'map':
        return { ...node, spot, entries: new Map([...node.entries].map(([k, v]) => [k, move(v)])) };
    }
  };
  return documents.map(move);
}

function targetOf(patch: Node): Target {
  return { kind: textOf(patch, 'kind'), name: textOf(entryOf(patch, 'metadata'), 'name') };
}

function patchObjects(
  objects: readonly LocatedObject[],
  { target, patch }: Patch,
  kinds: readonly KindFacts[],
): LocatedObject[] {
  return objects.flatMap((object) => {
    const isMeant =
      (target.kind === undefined || target.kind === object.name.kind) &&
      (target.name === undefined || new RegExp(`^(?:${target.name})$`).test(object.name.name));
    if (!isMeant) return [object];
    const laid =
      patch.kind === 'list'
        ? applyOperations(object.root, patch)
        : layOver(object.root, patch, mergeKeysOf(object, kinds));
    const changed = laid === undefined ? undefined : objectOf(laid);
    return changed === undefined ? [] : [changed];
  });
}

/** None for a custom resource: all its lists are replaced. */
function mergeKeysOf(
  { apiVersion, name }: LocatedObject,
  kinds: readonly KindFacts[],
): Readonly<Record<string, string>> {
  return factsOf({ apiVersion, kind: name.kind }, kinds)?.mergeKeys ?? {};
}

function inNamespace(
  objects: readonly LocatedObject[],
  namespace: string | undefined,
): LocatedObject[] {
  if (namespace === undefined) return [...objects];
  return objects.map((object) => ({ ...object, name: { ...object.name, namespace } }));
}

function scaled(objects: readonly LocatedObject[], root: MapNode): LocatedObject[] {
  const node = root.entries.get('replicas');
  if (node?.kind !== 'list') return [...objects];
  return objects.map((object) => {
    const entry = node.items.find((item) => textOf(item, 'name') === object.name.name);
    const count = entryOf(entry, 'count');
    const spec = object.root.entries.get('spec');
    if (
      count === undefined ||
      spec?.kind !== 'map' ||
      !/^(Deployment|StatefulSet)$/.test(object.name.kind)
    ) {
      return object;
    }
    const changed: MapNode = { ...spec, entries: new Map([...spec.entries, ['replicas', count]]) };
    return {
      ...object,
      root: { ...object.root, entries: new Map([...object.root.entries, ['spec', changed]]) },
    };
  });
}

/** ConfigMaps of literals; their hashed names are left out, since references are renamed with them. */
function generatedConfig(root: MapNode): LocatedObject[] {
  const generators = root.entries.get('configMapGenerator');
  if (generators?.kind !== 'list') return [];
  return generators.items.flatMap((item) => {
    const literals = entryOf(item, 'literals');
    const name = textOf(item, 'name');
    if (literals?.kind !== 'list' || name === undefined) return [];
    const entries = literals.items.flatMap((literal): [string, Node][] => {
      const [key = '', ...value] = String(plainOf(literal)).split('=');
      return [[key, { kind: 'scalar', value: value.join('='), spot: literal.spot }]];
    });
    const data: MapNode = { kind: 'map', entries: new Map(entries), spot: item.spot };
    const object: MapNode = { kind: 'map', entries: new Map([['data', data]]), spot: item.spot };
    return [{ apiVersion: 'v1', name: { kind: 'ConfigMap', namespace: '', name }, root: object }];
  });
}

function textsOf(node: Node, key: string): string[] {
  const list = entryOf(node, key);
  return list?.kind === 'list' ? list.items.map((item) => String(plainOf(item))) : [];
}

function textOf(node: Node | undefined, key: string): string | undefined {
  const value = entryOf(node, key);
  return value?.kind === 'scalar' && value.value !== null ? String(value.value) : undefined;
}

/** Joins two relative paths and resolves `..`. */
export function join(folder: string, path: string): string {
  const parts: string[] = [];
  for (const part of `${folder}/${path}`.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts.join('/');
}

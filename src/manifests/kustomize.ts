import type { KindFacts } from '../model/kind-facts.js';
import { quote } from '../model/text.js';
import { listOf, textOf } from './kustomize/change-node.js';
import { generateObjects } from './kustomize/generate.js';
import { scaleObjects, setImages } from './kustomize/images-and-replicas.js';
import { labelObjects } from './kustomize/labels.js';
import { inNamespace } from './kustomize/namespace.js';
import { builtOf, renamed, type BuiltObject } from './kustomize/object.js';
import {
  EARLY_PATCHES,
  findMissed,
  LATE_PATCHES,
  patchesOf,
  patchObjects,
} from './kustomize/patch-objects.js';
import { followNames, type Renaming } from './kustomize/references.js';
import { isRemote } from './kustomization-targets.js';
import { readerOf, type DocumentReader } from './document-reader.js';
import { entryOf, placeOf, type LocatedObject } from './node.js';
import { plainOf, type MapNode, type Node, type Spot } from './yaml-node.js';
import type { DocumentProblem } from './read-documents.js';

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
 * Resolves a kustomization the way `kustomize build` does: resources, components, generated ConfigMaps and Secrets
 * (without the hash in their names), patches of all forms, namespace, prefixes and suffixes with what names the
 * renamed objects, labels, annotations, replicas, images. `beyondPlain` says what it leaves out. A resource or a patch
 * that is not there is a problem at its line, and so is a patch whose object is surely not there.
 *
 * @param kinds whose lists patches merge
 * @param reader of the files, where several kustomizations are resolved
 */
export function resolveKustomization(
  path: string,
  files: Files,
  kinds: readonly KindFacts[],
  reader: DocumentReader = readerOf(files),
): ResolvedManifests {
  const problems: DocumentProblem[] = [];
  const missed: Missed = { patches: [], isWhole: true };
  const objects = build(path, [], { files, kinds, reader, problems, missed, above: [] });
  return {
    objects: objects.map(({ names: [written], ...object }) =>
      written === undefined || written === object.name ? object : { ...object, written },
    ),
    // What could not be read may hold what a patch is for.
    problems: unique(missed.isWhole && problems.length === 0 ? missed.patches : problems),
  };
}

/** Patches that found no object, and whether all objects are known. */
type Missed = { readonly patches: DocumentProblem[]; isWhole: boolean };

/** Fields by which kustomize gets objects or names that we do not know. */
const OPAQUE = [
  'configurations',
  'generators',
  'helmChartInflationGenerator',
  'helmCharts',
  'replacements',
  'transformers',
  'vars',
];

type Build = {
  readonly files: Files;
  readonly kinds: readonly KindFacts[];
  readonly reader: DocumentReader;
  readonly problems: DocumentProblem[];
  readonly missed: Missed;
  readonly above: readonly string[];
};

/** @param given what a component changes: all that the kustomization which names it has so far */
function build(path: string, given: readonly BuiltObject[], around: Build): readonly BuiltObject[] {
  // A circle ends where it closes.
  if (around.above.includes(path)) return given;
  const [root] = read(path, around);
  if (root?.kind !== 'map') return given;
  if (OPAQUE.some((key) => root.entries.has(key))) around.missed.isWhole = false;
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  const within: Build = { ...around, above: [...around.above, path] };
  let objects = [...given];
  for (const target of targetsOf(root, ['resources', 'bases']))
    objects.push(...resource(target, folder, within));
  objects = [...generateObjects(objects, root, (named) => around.files.get(join(folder, named)))];
  for (const { name, spot } of targetsOf(root, ['components'])) {
    const component = findKustomization(join(folder, name), around.files);
    if (component !== undefined) objects = [...build(component, objects, within)];
    else miss(name, spot, { folder, around });
  }
  return transform(
    objects,
    root,
    (named, spot) => {
      const file = join(folder, named);
      if (!around.files.has(file)) miss(named, spot, { folder, around });
      return read(file, around);
    },
    around,
  );
}

/** In the order in which kustomize applies its built-in transformers. */
function transform(
  objects: readonly BuiltObject[],
  root: MapNode,
  readPatch: (path: string, spot: Spot) => readonly Node[],
  { kinds, missed }: Build,
): readonly BuiltObject[] {
  const patch = (all: readonly BuiltObject[], keys: readonly string[]) =>
    patchesOf(root, keys, readPatch).reduce((current, one) => {
      missed.patches.push(...findMissed(current, one));
      return patchObjects(current, one, kinds);
    }, all);
  let all = patch(objects, EARLY_PATCHES);
  all = inNamespace(all, root);
  all = affixed(all, root);
  all = labelObjects(all, root);
  all = patch(all, LATE_PATCHES);
  all = scaleObjects(all, root);
  return setImages(all, root);
}

type Named = { readonly name: string; readonly spot: Spot };

/** What lists of a kustomization name; kustomize refuses what is named twice. */
function targetsOf(root: MapNode, keys: readonly string[]): readonly Named[] {
  const named = keys
    .flatMap((key) => listOf(root, key))
    .map((node) => ({ name: String(plainOf(node)), spot: node.spot }));
  return [...new Map(named.map((one) => [one.name, one])).values()];
}

function resource({ name, spot }: Named, folder: string, around: Build): readonly BuiltObject[] {
  const path = join(folder, name);
  if (around.files.has(path)) {
    read(path, around);
    return around.reader.objects(path).map(builtOf);
  }
  const inner = findKustomization(path, around.files);
  if (inner !== undefined) return build(inner, [], around);
  miss(name, spot, { folder, around });
  return [];
}

/** Says that something is not there; what is remote is said elsewhere. */
function miss(
  name: string,
  spot: Spot,
  { folder, around }: { readonly folder: string; readonly around: Build },
): void {
  if (isRemote(name)) around.missed.isWhole = false;
  if (isRemote(name) || name === '') return;
  const path = join(folder, name);
  const isFolder = [...around.files.keys()].some((file) => file.startsWith(`${path}/`));
  const { file, line, column } = placeOf(spot);
  const reason = isFolder
    ? 'is a folder without a kustomization.yaml'
    : path.startsWith('../')
      ? 'is not there, or not in this repository'
      : 'is not there';
  around.problems.push({ file, line, column, message: `${quote(name)} ${reason}.` });
}

function read(path: string, { reader, problems }: Build): readonly Node[] {
  const { documents, problems: found } = reader.documents(path);
  problems.push(...found);
  return documents;
}

/** `namePrefix` and `nameSuffix`; kustomize leaves the names of Namespaces and definitions. */
function affixed(objects: readonly BuiltObject[], root: MapNode): readonly BuiltObject[] {
  const [prefix = '', suffix = ''] = [textOf(root, 'namePrefix'), textOf(root, 'nameSuffix')];
  const spot = (entryOf(root, 'namePrefix') ?? entryOf(root, 'nameSuffix'))?.spot;
  if (spot === undefined || prefix + suffix === '') return objects;
  const renamings: Renaming[] = [];
  const all = objects.map((object) => {
    const { kind, name } = object.name;
    if (/^(?:Namespace|CustomResourceDefinition|APIService)$/.test(kind)) return object;
    const to = `${prefix}${name}${suffix}`;
    renamings.push({ kind, from: name, to });
    return renamed(object, { name: to }, spot);
  });
  return followNames(all, renamings, spot);
}

function unique(problems: readonly DocumentProblem[]): readonly DocumentProblem[] {
  return [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()];
}

/** Joins two relative paths and resolves `..`; what leads out begins with `../`. */
export function join(folder: string, path: string): string {
  const parts: string[] = [];
  for (const part of `${folder}/${path}`.split('/')) {
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts.join('/');
}

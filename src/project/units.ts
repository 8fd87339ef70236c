import { findKustomization, join, kustomizationNames, type Files } from '../manifests/kustomize.js';
import { kustomizationTargets } from '../manifests/kustomization-targets.js';
import { readerOf, type DocumentReader } from '../manifests/document-reader.js';
import { groupOf } from '../model/kind-facts.js';
import type { LocatedObject } from '../manifests/node.js';
import { divideLoose, type LooseUnit } from './loose-units.js';

/** What is checked by itself: a kustomization that is deployed, a rendered chart, or files that belong together. */
export type Unit =
  | { readonly kind: 'kustomization'; readonly name: string; readonly path: string }
  | { readonly kind: 'chart'; readonly name: string; readonly paths: readonly string[] }
  | ({ readonly kind: 'files' } & LooseUnit);

/** The files that each chart was rendered to, by its folder. */
export type RenderedCharts = ReadonlyMap<string, readonly string[]>;

/**
 * Divides a folder into what is deployed by itself.
 *
 * A kustomization that another one builds on is no unit: it is judged in each of its overlays, as it is deployed.
 * By itself it often lacks what only they add, and what it does wrong is found in them, at its own place. Components
 * are never one. A chart that was rendered is released by itself. Files that a kustomization names, patches among them, belong to it; files beside one that it
 * does not name are not part of it.
 */
export function unitsOf(
  files: Files,
  reader: DocumentReader,
  charts: RenderedCharts = new Map(),
): readonly Unit[] {
  const named = kustomizationsIn(files);
  const roots = rootsOf(named, reader);
  const taken = new Set([...named.values(), ...charts.values()].flat());
  const loose = [...files.keys()].filter(
    (path) => !path.startsWith('../') && !isKustomization(path) && !taken.has(path),
  );
  const units = divideLoose(loose, (path) =>
    reader.objects(path).flatMap((object) => identityOf(object) ?? []),
  );
  return [
    ...roots.map((path): Unit => ({ kind: 'kustomization', name: folderOf(path), path })),
    ...[...charts].map(([name, paths]): Unit => ({ kind: 'chart', name, paths })),
    ...units
      .filter(({ paths }) => paths.length > 0)
      .map(({ name, ...unit }): Unit => ({
        kind: 'files',
        ...unit,
        name: name === '' ? '.' : name,
      })),
  ];
}

/** What two manifests must share to be the same object; undefined for one whose name the cluster makes. */
export function identityOf({ apiVersion, name, root }: LocatedObject): string | undefined {
  const metadata = root.entries.get('metadata');
  const isNamed = metadata?.kind === 'map' && metadata.entries.has('name');
  if (!isNamed || name.name === '') return undefined;
  return JSON.stringify([groupOf(apiVersion), name.kind, name.namespace, name.name]);
}

/** The kustomizations of a folder that are units. */
export function rootKustomizations(files: Files): readonly string[] {
  return rootsOf(kustomizationsIn(files), readerOf(files));
}

/** Every kustomization, with the files and kustomizations that it names. */
function kustomizationsIn(files: Files): ReadonlyMap<string, readonly string[]> {
  const all = [...files.keys()].filter(isKustomization);
  return new Map(all.map((path) => [path, targetsOf(path, files)]));
}

function rootsOf(
  named: ReadonlyMap<string, readonly string[]>,
  reader: DocumentReader,
): readonly string[] {
  const all = [...named.keys()];
  const builtOn = new Set([...named.values()].flat());
  const canBe = all.filter((path) => !path.startsWith('../') && !isComponent(path, reader));
  const roots = canBe.filter((path) => !builtOn.has(path));
  const seen = new Set<string>();
  const reach = (path: string): void => {
    if (seen.has(path)) return;
    seen.add(path);
    for (const target of named.get(path) ?? []) if (named.has(target)) reach(target);
  };
  roots.forEach(reach);
  // Of those that build on each other in a circle the first is one.
  for (const path of canBe) {
    if (seen.has(path)) continue;
    roots.push(path);
    reach(path);
  }
  return roots;
}

function isComponent(path: string, reader: DocumentReader): boolean {
  const [root] = reader.documents(path).documents;
  const kind = root?.kind === 'map' ? root.entries.get('kind') : undefined;
  return kind?.kind === 'scalar' && kind.value === 'Component';
}

/** Files and kustomizations that one names. */
function targetsOf(path: string, files: Files): readonly string[] {
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  return kustomizationTargets(path, files.get(path) ?? '').flatMap(({ target, isRemote }) => {
    if (isRemote) return [];
    const full = join(folder, target.replace(/^[\w.-]+=/, ''));
    return files.has(full) ? [full] : (findKustomization(full, files) ?? []);
  });
}

export function isKustomization(path: string): boolean {
  return kustomizationNames.includes(path.slice(path.lastIndexOf('/') + 1));
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/'))) || '.';
}

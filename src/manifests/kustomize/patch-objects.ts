import { factsOf, groupOf, type KindFacts } from '../../model/kind-facts.js';
import { quote } from '../../model/text.js';
import { moveNode } from '../move-node.js';
import { applyOperations, findRefused, layOver } from '../lay-over.js';
import { entryOf, placeOf } from '../node.js';
import { readDocuments, type DocumentProblem } from '../read-documents.js';
import { plainOf, type ListNode, type MapNode, type Node, type Spot } from '../yaml-node.js';
import { changeRoot, listOf, textOf } from './change-node.js';
import { fitsSelector } from './label-selector.js';
import { patched, type BuiltObject } from './object.js';
import { targetPattern } from './target-pattern.js';

/** Texts of a patch's target; names are regular expressions that match as a whole. */
type Target = {
  readonly group?: string | undefined;
  readonly version?: string | undefined;
  readonly kind?: string | undefined;
  readonly name?: string | undefined;
  readonly namespace?: string | undefined;
  readonly labelSelector?: string | undefined;
  readonly annotationSelector?: string | undefined;
  /** The patch itself says what it is for: its name is no pattern. */
  readonly isExact: boolean;
};

export type Patch = {
  readonly target: Target;
  readonly patch: Node;
  readonly allows: { readonly name: boolean; readonly kind: boolean };
};

/** Fields of a kustomization that hold patches, in the order in which kustomize applies them. */
export const EARLY_PATCHES = ['patchesStrategicMerge', 'patches'] as const;
export const LATE_PATCHES = ['patchesJson6902'] as const;

/**
 * The patches of a kustomization.
 *
 * @param read the documents of a file that it names; adds what it could not read to the problems
 */
export function patchesOf(
  root: MapNode,
  keys: readonly string[],
  read: (path: string, spot: Spot) => readonly Node[],
): readonly Patch[] {
  return keys
    .flatMap((key) => listOf(root, key))
    .flatMap((item) => {
      const path = item.kind === 'scalar' ? String(item.value) : textOf(item, 'path');
      const inline = entryOf(item, 'patch');
      const nodes =
        path !== undefined && !path.includes('\n')
          ? read(path, item.spot)
          : readInline(
              path ?? String(inline === undefined ? '' : plainOf(inline)),
              (inline ?? item).spot,
            );
      const options = entryOf(item, 'options');
      const allows = {
        name: textOf(options, 'allowNameChange') === 'true',
        kind: textOf(options, 'allowKindChange') === 'true',
      };
      const target = entryOf(item, 'target');
      return nodes.map((patch) => ({
        target: target === undefined ? ownTarget(patch) : targetOf(target),
        patch,
        allows,
      }));
    });
}

function targetOf(node: Node): Target {
  const text = (key: string) => textOf(node, key);
  return {
    group: text('group'),
    version: text('version'),
    kind: text('kind'),
    name: text('name'),
    namespace: text('namespace'),
    labelSelector: text('labelSelector'),
    annotationSelector: text('annotationSelector'),
    isExact: false,
  };
}

function ownTarget(patch: Node): Target {
  const metadata = entryOf(patch, 'metadata');
  return {
    kind: textOf(patch, 'kind'),
    name: textOf(metadata, 'name'),
    namespace: textOf(metadata, 'namespace'),
    isExact: true,
  };
}

/** A patch within the kustomization: its values have the place of the block that holds them. */
function readInline(text: string, { file, offset, linePos }: Spot): readonly Node[] {
  const { documents } = readDocuments({ path: file, text });
  const start = linePos(offset);
  return documents.map((node) =>
    moveNode(node, (inner) => ({
      file,
      offset: inner.offset,
      linePos: (position) => ({ line: start.line + inner.linePos(position).line, col: start.col }),
    })),
  );
}

/** @param kinds whose lists patches merge */
export function patchObjects(
  objects: readonly BuiltObject[],
  { target, patch, allows }: Patch,
  kinds: readonly KindFacts[],
): readonly BuiltObject[] {
  return objects.flatMap((object) => {
    if (!isMeant(object, target)) return [object];
    if (patch.kind === 'list') return [patched(object, applyOperations(object.root, patch))];
    const laid = layOver(object.root, patch, mergeKeysOf(object, kinds));
    return laid?.kind === 'map' ? [patched(object, keepIdentity(object, laid, allows))] : [];
  });
}

/** Kinds whose objects we leave unread, or whose names a generator makes. */
const PARTLY_KNOWN = /^(?:ConfigMap|CustomResourceDefinition|Secret)$/;

/**
 * A merge patch that names its object itself and finds none: `kustomize build` ends with "no resource matches strategic
 * merge patch". Where a `target` finds none it builds all the same (both tried with 5.8). Or a JSON patch that does not
 * fit what it finds.
 */
export function findMissed(
  objects: readonly BuiltObject[],
  { target, patch }: Patch,
): readonly DocumentProblem[] {
  if (patch.kind === 'list') {
    return objects
      .filter((object) => isMeant(object, target))
      .flatMap((object) => refusedBy(object, patch));
  }
  const { kind = '', name = '', isExact } = target;
  if (!isExact || patch.kind !== 'map' || name === '' || PARTLY_KNOWN.test(kind)) return [];
  if (objects.some((object) => isMeant(object, target))) return [];
  const { file, line, column } = placeOf(patch.spot);
  const message = `the patch is for ${kind} ${quote(name)}, which is not among the resources: kustomize refuses to build this.`;
  return [{ file, line, column, message }];
}

function refusedBy({ name, root }: BuiltObject, patch: ListNode): readonly DocumentProblem[] {
  const refused = findRefused(root, patch);
  if (refused === undefined) return [];
  const { file, line, column } = placeOf(refused.at.spot);
  const message = `${quote(refused.path)} does not fit ${name.kind} ${quote(name.name)}: kustomize refuses to build this.`;
  return [{ file, line, column, message }];
}

/** kustomize drops a kind and name that a patch gives, unless it is allowed to. */
function keepIdentity(object: BuiltObject, laid: MapNode, allows: Patch['allows']): MapNode {
  let kept = laid;
  const keep = (path: readonly string[]): void => {
    const before = path.reduce<Node | undefined>(entryOf, object.root);
    if (before !== undefined) kept = changeRoot(kept, path, () => before);
  };
  if (!allows.name) keep(['metadata', 'name']);
  if (!allows.kind) keep(['kind']);
  return kept;
}

function isMeant(object: BuiltObject, target: Target): boolean {
  const { apiVersion, root } = object;
  const metadata = entryOf(root, 'metadata');
  const version = apiVersion.slice(apiVersion.lastIndexOf('/') + 1);
  return (
    fits(target.group, groupOf(apiVersion), target) &&
    fits(target.version, version, target) &&
    selects(target.labelSelector, entryOf(metadata, 'labels')) &&
    selects(target.annotationSelector, entryOf(metadata, 'annotations')) &&
    object.names.some(
      ({ kind, name, namespace }) =>
        fits(target.kind, kind, target) &&
        fits(target.name, name, target) &&
        (namespace === '' || fits(target.namespace, namespace, target)),
    )
  );
}

function fits(pattern: string | undefined, text: string, { isExact }: Target): boolean {
  if (pattern === undefined || pattern === '' || pattern === text) return true;
  return !isExact && targetPattern(pattern)?.test(text) === true;
}

/** What is no selector fits nothing: `beyondPlain` says so. */
function selects(selector: string | undefined, labels: Node | undefined): boolean {
  return selector === undefined || fitsSelector(selector, (key) => textOf(labels, key)) === true;
}

/** None for a custom resource: all its lists are replaced. */
function mergeKeysOf(
  { apiVersion, name }: BuiltObject,
  kinds: readonly KindFacts[],
): Readonly<Record<string, string>> {
  return factsOf({ apiVersion, kind: name.kind }, kinds)?.mergeKeys ?? {};
}

import type { InvalidControl } from '../model/extent-control.js';
import { quote } from '../model/text.js';
import { keysToldTwice } from './keys-told-twice.js';
import type { Kind } from './kind.js';
import { formatPath, type ManifestObject, type Problem, type ValuePath } from './manifest-file.js';
import { isUnresolved } from './mask-variables.js';
import { entryOf, placeOf, type LocatedObject } from './node.js';
import { isKnownSound, rememberSound } from './sound-objects.js';
import { problemsOfAny } from './validate.js';
import { plainWithoutNulls, type Node } from './yaml-node.js';

/** What the API server or the mesh would refuse of objects, or take for something else, each at its place. */
export function invalidObjects(
  objects: readonly LocatedObject[],
  kinds: readonly Kind[],
): readonly InvalidControl[] {
  return objects.flatMap((object) => [
    ...problemsOf(object, kinds).map(({ at, message, severity = 'error' }) =>
      invalid(object, placeAt(object, at), { message, severity }),
    ),
    ...keysToldTwice(object.root).map(({ key, at, spot }) =>
      invalid(
        object,
        { ...placeOf(spot), object: object.name, at },
        {
          message: `${formatPath(at)} is there twice: kubectl takes the last ${quote(key)} and drops the one above it.`,
          severity: 'warning',
        },
      ),
    ),
  ]);
}

function problemsOf(object: LocatedObject, kinds: readonly Kind[]): readonly Problem[] {
  if (isKnownSound(object.root)) return [];
  const problems = problemsOfAny(valueOf(object), kinds);
  // The bases of several overlays are judged in each of them.
  if (problems.length === 0) rememberSound(object.root);
  return problems.filter(({ at }) => !isUnresolvedAt(object.root, at));
}

function invalid(
  { name }: LocatedObject,
  place: InvalidControl['place'],
  values: InvalidControl['values'],
): InvalidControl {
  const target = `${name.kind}/${name.name}`;
  return { layer: 'mesh', kind: 'invalid', target, namespace: name.namespace, place, values };
}

/** An object whose name the API server makes has a good one. */
function valueOf({ root, apiVersion, name }: LocatedObject): ManifestObject {
  // Whatever stands there is checked; that these two are texts is known.
  const plain = plainWithoutNulls(root) as ManifestObject;
  const isSaid = plain.apiVersion === apiVersion && plain.kind === name.kind;
  const value = isSaid ? plain : { ...plain, apiVersion, kind: name.kind };
  const metadata: unknown = value.metadata;
  if (typeof metadata !== 'object' || metadata === null) return value;
  if ('name' in metadata || !('generateName' in metadata)) return value;
  return { ...value, metadata: { ...metadata, name: 'generated' } };
}

function isUnresolvedAt(root: Node, at: ValuePath): boolean {
  const node = nearest(root, at);
  return node.kind === 'scalar' && isUnresolved(node.value);
}

/** The place of the value, or of the nearest thing that holds it. */
function placeAt(
  { root, name, written = name }: LocatedObject,
  at: ValuePath,
): InvalidControl['place'] {
  const { file, offset, linePos } = nearest(root, at).spot;
  const { line, col } = linePos(offset);
  return { file, line, column: col, object: written, at };
}

function nearest(root: Node, at: ValuePath): Node {
  let found = root;
  for (const key of at) {
    const next = entryOf(found, key);
    if (next === undefined) break;
    found = next;
  }
  return found;
}

import type { InvalidControl } from '../model/mesh-control.js';
import { entryOf, type LocatedObject } from './node.js';
import type { Kind } from './kind.js';
import type { ManifestObject, ValuePath } from './manifest-file.js';
import { problemsOfAny } from './validate.js';
import { plainOf, type Node } from './yaml-node.js';

/** What a tool fills in before the API server sees it: `${REPLICAS}`, `{{ .Values.replicas }}`, `$(REPLICAS)`. */
const UNRESOLVED = /\$\{|\{\{|\$\(/;

/** What the API server or the mesh would refuse of objects, or take for something else, each at its place. */
export function invalidObjects(
  objects: readonly LocatedObject[],
  kinds: readonly Kind[],
): readonly InvalidControl[] {
  return objects.flatMap((object) => {
    const problems = problemsOfAny(valueOf(object), kinds);
    return problems
      .filter(({ at }) => !isUnresolved(nodeAt(object.root, at)))
      .map(({ at, message, severity = 'error' }): InvalidControl => {
        const place = placeAt(object, at);
        return {
          layer: 'mesh',
          kind: 'invalid',
          target: `${object.name.kind}/${object.name.name}`,
          namespace: object.name.namespace,
          place,
          values: { message, severity },
        };
      });
  });
}

/** An object whose name the API server makes has a good one. */
function valueOf({ root, apiVersion, name }: LocatedObject): ManifestObject {
  // Whatever stands there is checked; that these two are texts is known.
  const value = { ...(withoutNulls(plainOf(root)) as ManifestObject), apiVersion, kind: name.kind };
  const metadata: unknown = value.metadata;
  if (typeof metadata !== 'object' || metadata === null) return value;
  if ('name' in metadata || !('generateName' in metadata)) return value;
  return { ...value, metadata: { ...metadata, name: 'generated' } };
}

/** The API server drops fields that are null: they are as good as absent. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([, inner]) => inner !== null);
  return Object.fromEntries(kept.map(([key, inner]) => [key, withoutNulls(inner)]));
}

function nodeAt(root: Node, at: ValuePath): Node | undefined {
  return at.reduce<Node | undefined>((node, key) => entryOf(node, key), root);
}

function isUnresolved(node: Node | undefined): boolean {
  return node?.kind === 'scalar' && UNRESOLVED.test(String(node.value));
}

/** The place of the value, or of the nearest thing that holds it. */
function placeAt({ root, name }: LocatedObject, at: ValuePath): InvalidControl['place'] {
  let found: Node = root;
  for (const key of at) {
    const next = entryOf(found, key);
    if (next === undefined) break;
    found = next;
  }
  const { file, offset, linePos } = found.spot;
  const { line, col } = linePos(offset);
  return { file, line, column: col, object: name, at };
}

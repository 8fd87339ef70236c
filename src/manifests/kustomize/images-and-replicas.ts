import { entryOf } from '../node.js';
import type { MapNode, Node } from '../yaml-node.js';
import { changeRoot, listOf, scalarAt, textOf } from './change-node.js';
import type { BuiltObject } from './object.js';

const SCALED = new Set(['Deployment', 'ReplicaSet', 'ReplicationController', 'StatefulSet']);

/** `replicas` of a kustomization: each entry for the workloads that have, or had, its name. */
export function scaleObjects(
  objects: readonly BuiltObject[],
  root: MapNode,
): readonly BuiltObject[] {
  const counts = listOf(root, 'replicas');
  if (counts.length === 0) return objects;
  return objects.map((object) => {
    if (!SCALED.has(object.name.kind)) return object;
    const entry = counts.find((item) => {
      const wanted = textOf(item, 'name');
      return object.names.some(({ name }) => name === wanted);
    });
    const count = entryOf(entry, 'count');
    return count === undefined
      ? object
      : { ...object, root: changeRoot(object.root, ['spec', 'replicas'], () => count, count.spot) };
  });
}

/** `images` of a kustomization: of every container, whatever kind of object holds it. */
export function setImages(objects: readonly BuiltObject[], root: MapNode): readonly BuiltObject[] {
  const images = listOf(root, 'images');
  if (images.length === 0) return objects;
  return objects.map((object) => {
    const changed = visit(object.root, images);
    return changed.kind === 'map' ? { ...object, root: changed } : object;
  });
}

function visit(node: Node, images: readonly Node[]): Node {
  if (node.kind === 'list')
    return { ...node, items: node.items.map((item) => visit(item, images)) };
  if (node.kind === 'scalar') return node;
  const entries = [...node.entries].map(([key, value]): [string, Node] => {
    if ((key === 'containers' || key === 'initContainers') && value.kind === 'list') {
      return [key, { ...value, items: value.items.map((item) => setImage(item, images)) }];
    }
    return [key, value.kind === 'scalar' ? value : visit(value, images)];
  });
  return { ...node, entries: new Map(entries) };
}

function setImage(container: Node, images: readonly Node[]): Node {
  const written = textOf(container, 'image');
  const [, name, tag = '', digest = ''] =
    /^((?:[^/]*\/)*[^/:@]+)(:[^@]+)?(@.+)?$/.exec(written ?? '') ?? [];
  const image = images.find((item) => textOf(item, 'name') === name);
  if (container.kind !== 'map' || name === undefined || image === undefined) return container;
  const [newName, newTag, newDigest] = ['newName', 'newTag', 'digest'].map((key) =>
    textOf(image, key),
  );
  const version =
    newDigest !== undefined
      ? `${newTag === undefined ? '' : `:${newTag}`}@${newDigest}`
      : newTag !== undefined
        ? `:${newTag}`
        : `${tag}${digest}`;
  const value = scalarAt(`${newName ?? name}${version}`, image.spot);
  return { ...container, entries: new Map([...container.entries, ['image', value]]) };
}

import type { Place } from '../model/control.js';
import { entryOf, placeOf } from '../manifests/node.js';
import { plainOf, type Node } from '../manifests/yaml-node.js';
import { readDocuments } from '../manifests/read-documents.js';

/** Finds the place of a setting in scaffold.yaml, or of the nearest thing above it. */
export type FindDeclared = (path: readonly string[]) => Place;

/** Upstreams are found by name: `['upstreams', 'inventory', 'timeout']`. */
export function declaredPlaces(file: string, text: string): FindDeclared {
  const [root] = readDocuments({ path: file, text }).documents;
  return (path) => {
    let node = root;
    let nearest = root;
    for (const key of path) {
      node =
        node?.kind === 'list'
          ? node.items.find((item) => nameOf(item) === key)
          : entryOf(node, key);
      if (node === undefined) break;
      nearest = node;
    }
    return nearest === undefined
      ? { file, line: 1, column: 1 }
      : { ...placeOf(nearest.spot), at: path };
  };
}

function nameOf(node: Node): unknown {
  const name = entryOf(node, 'name');
  return name === undefined ? undefined : plainOf(name);
}

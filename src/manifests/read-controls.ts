import type { MeshControl } from '../model/controls.js';
import type { ObjectsControl } from '../model/objects-control.js';
import { groupOf } from '../model/kind-facts.js';
import { cursorOf, type Cursor } from './cursor.js';
import type { Kind, World } from './kind.js';
import type { LocatedObject } from './node.js';

/** The policies in a set of objects, with the meshes' defaults where a field is absent. */
export function readControls(
  objects: readonly LocatedObject[],
  kinds: readonly Kind[],
): MeshControl[] {
  const cursors = new Map<string, Cursor[]>();
  for (const object of objects) {
    const key = keyOf(object);
    const known = cursors.get(key);
    if (known === undefined) cursors.set(key, [cursorOf(object)]);
    else known.push(cursorOf(object));
  }
  const ofKind: World['ofKind'] = (group, kind) => cursors.get(`${group}/${kind}`) ?? [];
  const world: World = { ofKind };
  const readers = new Map<string, Kind[]>();
  for (const kind of kinds) {
    if (kind.read === undefined) continue;
    const key = `${kind.group}/${kind.kind}`;
    readers.set(key, [...(readers.get(key) ?? []), kind]);
  }
  return [
    ...objectsControl(objects, world),
    ...objects.flatMap((object) => {
      const known = readers.get(keyOf(object)) ?? [];
      const cursor = cursorOf(object);
      return known.flatMap(({ read }) => read?.(cursor, world) ?? []);
    }),
    ...kinds.flatMap(
      ({ group, kind, readTogether }) => readTogether?.(ofKind(group, kind), world) ?? [],
    ),
  ];
}

function objectsControl([first]: readonly LocatedObject[], world: World): ObjectsControl[] {
  if (first === undefined) return [];
  const place = { file: first.root.spot.file, line: 1, column: 1 };
  return [{ layer: 'mesh', kind: 'objects', target: '', namespace: '', place, values: { world } }];
}

function keyOf({ apiVersion, name }: LocatedObject): string {
  return `${groupOf(apiVersion)}/${name.kind}`;
}

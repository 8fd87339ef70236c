import type { MeshControl } from '../model/controls.js';
import type { Effect } from '../model/kind-facts.js';
import type { Cursor } from './cursor.js';
import type { ManifestObject, Problem } from './manifest-file.js';

/**
 * What one mesh knows of one kind of Kubernetes object. Several meshes may each know something of the same kind:
 * Kubernetes its fields, a mesh the annotations that it reads.
 */
export type Kind = {
  /** Empty for the core group, `*` with kind `*` for what holds for every object. */
  readonly group: string;
  readonly kind: string;
  /** apiVersion under which schemas/ describes it; absent where nothing is known of its fields. */
  readonly schema?: string;
  /** Further versions that are served and have the same fields. */
  readonly alsoServed?: readonly string[];
  /** What a schema cannot say. The object has its kind's shape. */
  readonly check?: (object: ManifestObject) => Iterable<Problem>;
  /** The policies that it holds. */
  readonly read?: (object: Cursor, world: World) => readonly MeshControl[];
  /** The same for kinds whose objects act together: called once, after all that is read one by one. */
  readonly readTogether?: (objects: readonly Cursor[], world: World) => readonly MeshControl[];
  /** What deploying a change of it does; requests are met at once where nothing is said. */
  readonly effect?: Effect;
  /** Lists that a strategic merge patch merges, with the field that tells items apart. */
  readonly mergeKeys?: Readonly<Record<string, string>>;
};

/** All objects that are read together. */
export type World = {
  readonly ofKind: (group: string, kind: string) => readonly Cursor[];
};

/** Computes something of a world once. */
export function perWorld<T>(compute: (world: World) => T): (world: World) => T {
  const known = new WeakMap<World, { readonly value: T }>();
  return (world) => {
    const found = known.get(world) ?? { value: compute(world) };
    known.set(world, found);
    return found.value;
  };
}

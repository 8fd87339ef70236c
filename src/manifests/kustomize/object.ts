import type { ObjectName } from '../../model/control.js';
import type { LocatedObject } from '../node.js';
import { objectOf } from '../node.js';
import type { MapNode, Spot } from '../yaml-node.js';
import { changeRoot, scalarAt } from './change-node.js';

/** An object on its way through kustomizations, by every name that it has had. */
export type BuiltObject = LocatedObject & {
  /** The first is the one in its file. */
  readonly names: readonly ObjectName[];
};

export function builtOf(object: LocatedObject): BuiltObject {
  return { ...object, names: [object.name] };
}

/** @param spot where the new name or namespace is written */
export function renamed(object: BuiltObject, name: Partial<ObjectName>, spot: Spot): BuiltObject {
  const next = { ...object.name, ...name };
  let { root } = object;
  if (next.name !== object.name.name)
    root = changeRoot(root, ['metadata', 'name'], () => scalarAt(next.name, spot), spot);
  if (next.namespace !== object.name.namespace)
    root = changeRoot(root, ['metadata', 'namespace'], () => scalarAt(next.namespace, spot), spot);
  return { ...object, name: next, names: [...object.names, next], root };
}

/** True when an object has, or had, that kind and name. */
export function isCalled(object: BuiltObject, kind: string, name: string): boolean {
  return object.names.some((one) => one.kind === kind && one.name === name);
}

/** What a patch made of an object; its name is what it says now. */
export function patched(object: BuiltObject, root: MapNode): BuiltObject {
  const read = objectOf(root);
  if (read === undefined) return { ...object, root };
  const isSame = read.name.name === object.name.name && read.name.kind === object.name.kind;
  return {
    ...object,
    apiVersion: read.apiVersion,
    name: read.name,
    names: isSame ? object.names : [...object.names, read.name],
    root,
  };
}

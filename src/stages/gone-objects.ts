import { parseAllDocuments } from 'yaml';

import type { GoneObject } from '../model/drift.js';
import type { Tree } from '../model/tree.js';

/** Kubernetes objects that the first tree declares and the second does not: `kubectl apply` leaves them. */
export function findGoneObjects(before: Tree, after: Tree): readonly GoneObject[] {
  const kept = new Set(objectsOf(after).map(identityOf));
  return objectsOf(before).filter((object) => !kept.has(identityOf(object)));
}

function identityOf({ kind, namespace, name }: GoneObject): string {
  return `${kind} ${namespace}/${name}`;
}

function objectsOf(tree: Tree): GoneObject[] {
  return [...tree].flatMap(([path, { text }]) =>
    /^deploy\/(?:base|mesh)\/.*\.yaml$/.test(path)
      ? parseAllDocuments(text).flatMap((document) => toObject(document.toJS()))
      : [],
  );
}

type Manifest = {
  readonly kind?: string;
  readonly metadata?: { readonly name?: string; readonly namespace?: string };
};

function toObject(data: unknown): GoneObject[] {
  const { kind, metadata } = (data ?? {}) as Manifest;
  if (kind === undefined || metadata?.name === undefined) return [];
  return [{ kind, namespace: metadata.namespace ?? '', name: metadata.name }];
}

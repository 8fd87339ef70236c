import { isMap, isScalar, isSeq, type Document, type Scalar } from 'yaml';

import { documentOf, renameKeys } from '../manifests/edit-yaml.js';
import type { Catalog } from '../model/catalog.js';
import type { Setting } from '../model/setting.js';

/** A key of scaffold.yaml that has another name now. */
type Rename = { readonly key: Scalar; readonly to: string };

/** scaffold.yaml with the names that settings have now; every other byte stays. */
export function migrateRequest(text: string, catalog: Catalog): string {
  return renameKeys(text, findRenamed(documentOf(text), catalog));
}

/** The same within a parsed document, where every node keeps its place in the file. */
export function migrateDocument(document: Document, catalog: Catalog): void {
  for (const { key, to } of findRenamed(document, catalog)) key.value = to;
}

/** False when no name of earlier versions stands anywhere in a text. */
export function mayHoldOldNames(text: string, { capabilities }: Catalog): boolean {
  return capabilities.some(({ settings }) =>
    Object.values(settings)
      .flatMap(oldNames)
      .some((name) => text.includes(name)),
  );
}

function oldNames(setting: Setting): readonly string[] {
  if (setting.type === 'object') return Object.values(setting.settings).flatMap(oldNames);
  const inner = setting.type === 'list' && setting.of.type === 'object' ? setting.of : undefined;
  return [...setting.was, ...(inner === undefined ? [] : oldNames(inner))];
}

function findRenamed(document: Document, catalog: Catalog): Rename[] {
  const root = document.contents;
  return [root, ...valuesOf(child(root, 'environments'))].flatMap((part) => [
    ...catalog.capabilities.flatMap(({ id, settings }) =>
      findInMap(child(child(part, 'capabilities'), id), settings),
    ),
    ...itemsOf(child(part, 'upstreams')).flatMap((upstream) =>
      catalog.capabilities.flatMap(({ upstreamKey, settings }) =>
        upstreamKey === undefined ? [] : findInMap(child(upstream, upstreamKey), settings),
      ),
    ),
  ]);
}

/** A setting that is there under its new name as well keeps the old key, which is then refused as unknown. */
function findInMap(node: unknown, settings: Readonly<Record<string, Setting>>): Rename[] {
  if (!isMap(node)) return [];
  return Object.entries(settings).flatMap(([name, setting]) => {
    const value = child(node, name);
    if (setting.type === 'object') return findInMap(value, setting.settings);
    if (value !== undefined) {
      const inner =
        setting.type === 'list' && setting.of.type === 'object' ? setting.of : undefined;
      return inner === undefined
        ? []
        : itemsOf(value).flatMap((item) => findInMap(item, inner.settings));
    }
    return node.items
      .flatMap(({ key }) =>
        isScalar(key) && setting.was.includes(String(key.value)) ? [{ key, to: name }] : [],
      )
      .slice(0, 1);
  });
}

function child(node: unknown, key: string): unknown {
  return isMap(node) ? node.get(key, true) : undefined;
}

function valuesOf(node: unknown): readonly unknown[] {
  return isMap(node) ? node.items.map(({ value }) => value) : [];
}

function itemsOf(node: unknown): readonly unknown[] {
  return isSeq(node) ? node.items : [];
}

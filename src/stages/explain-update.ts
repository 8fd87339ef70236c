import { printYaml } from '../manifests/print-yaml.js';

import type { Catalog } from '../model/catalog.js';
import { ToolError } from '../model/errors.js';
import { blobId, type Lock } from '../model/lock.js';
import type { Tree } from '../model/tree.js';
import { compareVersions } from '../model/version.js';
import { requestPath } from './compose-request.js';
import { composeTree, type ComposedService } from './compose-service.js';
import { parseRequest } from './parse-request.js';
import { explainTemplate, type TemplateChanges } from './template-changes.js';

/** Said of what people changed in scaffold.yaml themselves. */
export const askedFor = 'scaffold.yaml asks for it.';
/** Said of what the template changed without saying why. */
export const unexplained = 'The template gives no reason.';

export type UpdateReasons = TemplateChanges & {
  /** The lock names this version, or a later one, and another wrote its files. */
  readonly isVersionWrong: boolean;
};

/**
 * Why an update changes files: what the template gives as its reason, or that scaffold.yaml asks for it.
 *
 * @param wanted what scaffold.yaml asks for
 * @param isDisputed the lock was in conflict: what it records was not written for its request
 */
export function explainUpdate(
  {
    lock,
    requestText,
    wanted,
    isDisputed,
  }: { lock: Lock; requestText: string; wanted: ComposedService; isDisputed: boolean },
  catalog: Catalog,
): UpdateReasons {
  const isCurrent = compareVersions(lock.version, catalog.version) >= 0;
  const recorded = new Map(lock.files.map(({ path, id, mode }) => [path, `${mode} ${id}`]));
  const now = isDisputed && isCurrent ? recorded : versionsApplied(lock, wanted, catalog);
  const next = versionsOf(wanted.tree);
  const paths = new Set([...recorded.keys(), ...now.keys(), ...next.keys()]);
  const own = new Set(lock.files.flatMap((file) => (file.ownership === 'user' ? [file.path] : [])));
  const moved = [...paths].filter(
    (path) => recorded.get(path) !== now.get(path) && path !== requestPath && !own.has(path),
  );
  const isVersionWrong = isCurrent && moved.length > 0;
  const told = explainTemplate(
    {
      recorded: isVersionWrong ? anyVersion : lock.version,
      raw: parseRequest(requestText, requestPath, catalog),
      resolution: wanted.resolution,
      paths: moved,
    },
    catalog,
  );
  const reasons = [...paths].map((path): [string, readonly string[]] => {
    const given = told.reasons.get(path);
    return [
      path,
      [
        ...(given?.length === 0 ? [unexplained] : (given ?? [])),
        ...(now.get(path) === next.get(path) ? [] : [askedFor]),
      ],
    ];
  });
  return { ...told, reasons: new Map(reasons), isVersionWrong };
}

/** Older than every change: where a lock names a version that did not write its files, all reasons are new. */
export const anyVersion = '0.0.0';

function versionsApplied(
  lock: Lock,
  wanted: ComposedService,
  catalog: Catalog,
): ReadonlyMap<string, string> {
  const isApplied = JSON.stringify(lock.request) === JSON.stringify(wanted.document);
  const tree = isApplied ? wanted.tree : composeApplied(lock, catalog);
  return versionsOf(tree ?? wanted.tree);
}

/** What the lock's request asks of this version; undefined where this version does not understand it. */
function composeApplied({ request }: Lock, catalog: Catalog): Tree | undefined {
  try {
    return composeTree(printYaml(request), catalog).tree;
  } catch (error) {
    if (error instanceof ToolError) return undefined;
    throw error;
  }
}

function versionsOf(tree: Tree): ReadonlyMap<string, string> {
  return new Map([...tree].map(([path, { text, mode }]) => [path, `${mode} ${blobId(text)}`]));
}

import { stringify } from 'yaml';

import type { Catalog } from '../model/catalog.js';
import { ToolError } from '../model/errors.js';
import { blobId, type Lock } from '../model/lock.js';
import type { Tree } from '../model/tree.js';
import { requestPath } from './compose-request.js';
import { composeTree, type ComposedService } from './compose-service.js';
import { parseRequest } from './parse-request.js';
import { explainTemplate, type TemplateChanges } from './template-changes.js';

/** Said of what people changed in scaffold.yaml themselves. */
export const askedFor = 'scaffold.yaml asks for it.';
/** Said of what the template changed without saying why. */
export const unexplained = 'The template gives no reason.';

/**
 * Why an update changes files: what the template gives as its reason, or that scaffold.yaml asks for it.
 *
 * @param wanted what scaffold.yaml asks for
 */
export function explainUpdate(
  { lock, requestText, wanted }: { lock: Lock; requestText: string; wanted: ComposedService },
  catalog: Catalog,
): TemplateChanges {
  const recorded = new Map(lock.files.map(({ path, id, mode }) => [path, `${mode} ${id}`]));
  // The same templates would write what they wrote: no need to ask them.
  const now =
    lock.version === catalog.version
      ? recorded
      : versionsOf(composeApplied(lock, catalog) ?? wanted.tree);
  const next = versionsOf(wanted.tree);
  const paths = new Set([...recorded.keys(), ...now.keys(), ...next.keys()]);
  const moved = [...paths].filter((path) => recorded.get(path) !== now.get(path));
  const told = explainTemplate(
    {
      recorded: lock.version,
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
  return { ...told, reasons: new Map(reasons) };
}

/** What the lock's request asks of this version; undefined where this version does not understand it. */
function composeApplied({ request }: Lock, catalog: Catalog): Tree | undefined {
  try {
    return composeTree(stringify(request), catalog).tree;
  } catch (error) {
    if (error instanceof ToolError) return undefined;
    throw error;
  }
}

function versionsOf(tree: Tree): ReadonlyMap<string, string> {
  return new Map([...tree].map(([path, { text, mode }]) => [path, `${mode} ${blobId(text)}`]));
}

import type { Catalog } from '../model/catalog.js';
import type { DriftedFile } from '../model/drift.js';
import type { Lock } from '../model/lock.js';
import { compareVersions } from '../model/version.js';
import { anyVersion } from './explain-update.js';
import { requestPath } from './compose-request.js';
import type { ComposedService } from './compose-service.js';
import { parseRequest } from './parse-request.js';
import { explainTemplate } from './template-changes.js';

/**
 * Adds to each difference what was written there before, and to what is outdated why the template changed it.
 *
 * @param renames where people moved files to: old path to new path
 */
export function explainDrift(
  files: readonly DriftedFile[],
  {
    lock,
    requestText,
    wanted,
    renames,
  }: {
    readonly lock: Lock;
    readonly requestText: string;
    readonly wanted: ComposedService;
    readonly renames: ReadonlyMap<string, string>;
  },
  catalog: Catalog,
): readonly DriftedFile[] {
  if (files.length === 0) return files;
  const ids = new Map(lock.files.map(({ path, id }) => [renames.get(path) ?? path, id]));
  const outdated = files.flatMap(({ path, status }) => (status === 'outdated' ? [path] : []));
  const reasons =
    outdated.length === 0
      ? undefined
      : explainTemplate(
          {
            recorded:
              compareVersions(lock.version, catalog.version) < 0 ? lock.version : anyVersion,
            raw: parseRequest(requestText, requestPath, catalog),
            resolution: wanted.resolution,
            paths: outdated,
          },
          catalog,
        ).reasons;
  return files.map((file) => {
    const base = ids.get(file.path);
    const why = file.status === 'outdated' ? reasons?.get(file.path) : undefined;
    const isEdit = file.status === 'modified' || file.status === 'missing';
    return {
      ...file,
      ...(isEdit && base !== undefined ? { base } : {}),
      ...(why === undefined || why.length === 0 ? {} : { why }),
    };
  });
}

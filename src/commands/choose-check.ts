import { readRecordedIds } from '../io/recorded-ids.js';
import { blobId } from '../model/lock.js';
import type { CheckOptions } from '../project/check-services.js';
import { requestPath } from '../project/starting-kustomization.js';
import type { Folder } from './read-folder.js';

export type Validation = Pick<CheckOptions, 'findInvalid'>;

/** Manifests that stand as the tool wrote them were valid then: their schemas need not be loaded. */
export async function chooseValidation(
  folders: readonly Folder[],
  { fix, since }: { readonly fix: boolean; readonly since?: string | undefined },
): Promise<Validation> {
  if (!fix && since === undefined && folders.every(isAsWritten)) return {};
  const { findInvalid } = await import('../project/check-project.js');
  return { findInvalid };
}

function isAsWritten({ files, root, built, problems }: Folder): boolean {
  if (built !== undefined || problems.length > 0 || !files.has(requestPath)) return false;
  const ids = readRecordedIds(root);
  return [...files].every(
    ([path, text]) => !path.startsWith('deploy/') || ids.get(path) === blobId(text),
  );
}

import type { Host } from '../io/host.js';
import type { Catalog } from '../model/catalog.js';
import { checkAlone, type CheckedAlone } from '../project/check-services.js';
import { chooseValidation, type Validation } from './choose-check.js';
import { readFolder, type Folder, type ReadOptions } from './read-folder.js';

/** What is asked of a folder by itself. */
export type PartFlags = Pick<ReadOptions, 'env' | 'allowRemote' | 'exclude'> & {
  readonly deployable: boolean;
};

export type PartSetting = {
  readonly flags: PartFlags;
  readonly catalog: Catalog;
  readonly validation: Validation;
};

/** Folders, and what each of them says by itself. */
export type CheckedPart = {
  readonly folders: readonly Folder[];
  readonly checked: readonly CheckedAlone[];
};

/** Reads folders and checks each by itself. @throws ToolError as `readFolder` */
export async function checkPart(
  paths: readonly string[],
  flags: PartFlags,
  host: Host,
): Promise<CheckedPart> {
  const read = paths.map(async (path) => await readFolder(path, flags, host));
  const folders = await Promise.all(read);
  const validation = await chooseValidation(folders, { fix: false });
  return {
    folders,
    checked: checkEach(folders, { flags, catalog: host.loadCatalog(), validation }),
  };
}

/** Checks folders each by itself. */
export function checkEach(
  folders: readonly Pick<Folder, 'files' | 'built' | 'charts' | 'source'>[],
  { flags: { env, deployable }, catalog, validation }: PartSetting,
): readonly CheckedAlone[] {
  return folders.map(({ files, built, charts, source }) =>
    checkAlone(
      {
        files,
        catalog,
        isCluster: source?.namespaces === 'all' && source.isWhole,
        ...(built !== undefined && { built }),
        ...(charts !== undefined && { charts }),
        ...(env !== undefined && { environment: env }),
      },
      { ...validation, isDeployable: deployable },
    ),
  );
}

import { readdirSync } from 'node:fs';
import { join } from 'node:path';

import { inputError } from '../model/errors.js';
import { quote } from '../model/text.js';
import { isContractPath, isForeignFolder, wantsContracts } from '../stages/contract-files.js';
import type { IsExcluded } from './exclusion.js';

/** A service with more has taken other people's for its own. */
const MAX_FILES = 2_000;

/**
 * Paths of the contracts of a service whose declaration names methods, anywhere in its folder but in folders of other
 * services below. Links are not followed.
 *
 * @param hidden paths of files that git keeps off the disk
 * @throws ToolError `too-many-files` (exit 2)
 */
export function listContracts(
  root: string,
  {
    declaration,
    hidden,
    isExcluded,
  }: {
    readonly declaration: string | undefined;
    readonly hidden: readonly string[];
    readonly isExcluded: IsExcluded;
  },
): readonly string[] {
  if (!wantsContracts(declaration)) return [];
  const found = hidden.filter((path) => isContractPath(path));
  const visit = (folder: string): void => {
    const entries = readdirSync(join(root, folder), { withFileTypes: true });
    if (folder !== '' && entries.some(({ name }) => name === 'scaffold.yaml')) return;
    for (const entry of entries) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory() && !isForeignFolder(entry.name)) visit(path);
      else if (entry.isFile() && isContractPath(path)) found.push(path);
    }
  };
  visit('');
  const own = found.filter((path) => !isExcluded(path));
  if (own.length <= MAX_FILES) return own;
  throw inputError(
    'too-many-files',
    `${quote(root)} holds more than ${MAX_FILES} contracts.`,
    'Leave some out under check.exclude in scaffold.yaml, or with --exclude GLOB.',
  );
}

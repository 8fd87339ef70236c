import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder and the top of the repository around it, or the folder again where there is none. Runs no git. */
export function findWhereabouts(cwd: string): { readonly cwd: string; readonly top: string } {
  return { cwd, top: findTop(cwd) ?? cwd };
}

function findTop(folder: string): string | undefined {
  if (existsSync(join(folder, '.git'))) return folder;
  const above = dirname(folder);
  return above === folder ? undefined : findTop(above);
}

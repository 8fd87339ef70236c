import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/**
 * Builds a copy of the tool with a folder more.
 *
 * @param fixture the folder
 * @param below where it goes, below src/
 * @returns the root of the copy, in a temporary folder; the caller removes it
 */
export function buildCopyWith(fixture: string, below: string): string {
  const root = mkdtempSync(join(tmpdir(), 'copy-'));
  for (const path of ['package.json', 'src', 'scripts', 'schemas', 'templates', 'capabilities']) {
    cpSync(path, join(root, path), { recursive: true });
  }
  for (const path of ['LICENSE', 'tsconfig.json']) cpSync(path, join(root, path));
  symlinkSync(resolve('node_modules'), join(root, 'node_modules'));
  cpSync(fixture, join(root, 'src', below), { recursive: true });
  execFileSync(process.execPath, ['scripts/build.mjs'], { cwd: root });
  return root;
}

import { chmodSync, lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Every file below a folder: its contents, with ` +x` after the path of one that runs; empty folders end in `/`. */
export type Snapshot = Readonly<Record<string, string>>;

/** @param ignored folders left out, relative to the root */
export function snapshot(root: string, ignored: readonly string[] = []): Snapshot {
  const files: Record<string, string> = {};
  function visit(folder: string): void {
    const names = readdirSync(join(root, folder)).sort();
    if (names.length === 0 && folder !== '') files[`${folder}/`] = '';
    for (const name of names) {
      const path = folder === '' ? name : `${folder}/${name}`;
      if (ignored.includes(path)) continue;
      const stat = lstatSync(join(root, path));
      if (stat.isDirectory()) visit(path);
      else if (stat.isSymbolicLink()) files[`${path} (link)`] = '';
      else
        files[path + ((stat.mode & 0o100) === 0 ? '' : ' +x')] = readFileSync(
          join(root, path),
          'utf8',
        );
    }
  }
  visit('');
  return files;
}

/** Writes a tree in the form that {@link snapshot} reads. */
export function writeTree(root: string, files: Snapshot): void {
  mkdirSync(root, { recursive: true });
  for (const [key, text] of Object.entries(files)) {
    const path = join(root, key.replace(/ \+x$/, ''));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    if (key.endsWith(' +x')) chmodSync(path, 0o755);
  }
}

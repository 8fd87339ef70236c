import { compareModuleVersions } from './go-version.js';

/**
 * Brings go.sum files together: a set of lines, in the order of the go command. Lines that the template no
 * longer has stay where people changed the file too: their modules may need them, and a line too many does no
 * harm. `go mod tidy` takes them out.
 */
export function mergeGoSum(ours: string, theirs: string): string {
  const lines = new Set([ours, theirs].flatMap((text) => text.split('\n')));
  lines.delete('');
  return [...lines]
    .sort(byModule)
    .map((line) => `${line}\n`)
    .join('');
}

/** By module, then version, then the hash of the module before that of its go.mod. */
function byModule(a: string, b: string): number {
  const [pathA = '', fileA = ''] = a.split(' ');
  const [pathB = '', fileB = ''] = b.split(' ');
  if (pathA !== pathB) return pathA < pathB ? -1 : 1;
  const [versionA = '', versionB = ''] = [fileA, fileB].map((file) => file.split('/')[0]);
  const order = compareModuleVersions(versionA, versionB) ?? 0;
  return order !== 0 ? order : a < b ? -1 : 1;
}

import { notFetched, type HiddenFiles } from './hidden-files.js';
import { describeFile, type DiskFile } from './working-tree.js';

/**
 * Adds to the files on disk those of the paths that git keeps off it, as they would be there. A partial clone may lack
 * their contents: one whose id is known counts as read, without its text.
 *
 * @throws ToolError `not-fetched` (exit 6) for any other that is not on this machine
 */
export async function withHiddenFiles(
  disk: ReadonlyMap<string, DiskFile>,
  hidden: HiddenFiles,
  { paths, known = new Set() }: { paths: Iterable<string>; known?: ReadonlySet<string> },
): Promise<ReadonlyMap<string, DiskFile>> {
  if (hidden.entries.size === 0) return disk;
  const absent = [...paths].filter((path) => !disk.has(path) && hidden.entries.has(path));
  const contents = await hidden.read(absent);
  const files = new Map(disk);
  for (const path of absent) {
    const entry = hidden.entries.get(path);
    if (entry === undefined) continue;
    files.set(path, describe(path, { ...entry, bytes: contents.get(path), known }));
  }
  return files;
}

function describe(
  path: string,
  {
    id,
    mode,
    bytes,
    known,
  }: {
    readonly id: string;
    readonly mode: string;
    readonly bytes: Buffer | undefined;
    readonly known: ReadonlySet<string>;
  },
): DiskFile {
  if (!mode.startsWith('100')) {
    const what = mode === '120000' ? 'symbolic link' : 'folder';
    return { kind: 'blocked', what, bytesId: undefined, crlf: false };
  }
  const fileMode = mode === '100755' ? '755' : '644';
  if (bytes !== undefined) return describeFile(bytes, fileMode);
  if (!known.has(id)) throw notFetched(path);
  return {
    kind: 'file',
    side: { id, mode: fileMode, text: undefined },
    bytesId: id,
    crlf: false,
  };
}

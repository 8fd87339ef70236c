import { createHash } from 'node:crypto';

import { fileError } from './file-error.js';
import type { Git, GitConfig } from './git.js';
import type { Attributes, FileAttributes } from './git-attributes.js';
import { listCommitted, type GitFiles } from './git-files.js';
import { resolveInside, resolveRoot } from './inside.js';
import { readProjectFile } from './read-file.js';

/**
 * Those of the paths whose bytes on disk are not in the last commit. Compared here and not by `git status`, which
 * would run the filters that the repository configures. Ignored files do not count: nobody could commit them. In
 * the middle of a merge, where nothing can be committed, what is staged counts as what is committed does else.
 *
 * @throws ToolError exit 6 when git does not answer or a file cannot be read
 */
export async function findUncommitted(
  git: Git,
  {
    paths,
    files,
    attributes,
    isMerging = false,
  }: {
    readonly paths: readonly string[];
    readonly files: GitFiles;
    readonly attributes: Attributes;
    readonly isMerging?: boolean;
  },
): Promise<readonly string[]> {
  const committed = (await listCommitted(git)) ?? new Map<string, string>();
  const config = await git.config();
  const root = resolveRoot(git.root);
  return paths.filter((path) => {
    const id = isMerging ? files.tracked.get(path)?.id : committed.get(path);
    if (id === undefined) return files.tracked.has(path) || files.untracked.has(path);
    const bytes = readBytes(root, path);
    if (idOf(bytes, id) === id) return false;
    if (!isConverted(bytes, attributes.get(path), config)) return true;
    const text = bytes.toString('latin1').replaceAll('\r\n', '\n');
    return idOf(Buffer.from(text, 'latin1'), id) !== id;
  });
}

function readBytes(root: string, path: string): Buffer {
  try {
    return readProjectFile(resolveInside(root, path), path);
  } catch (error) {
    throw fileError(error, 'read', path);
  }
}

/** The id of a blob, by the hash that the repository uses: SHA-1, or SHA-256 whose ids are longer. */
function idOf(bytes: Buffer, like: string): string {
  const hash = createHash(like.length === 64 ? 'sha256' : 'sha1');
  return hash.update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
}

/** Whether git stores the file with LF for every CR LF: gitattributes(5), `text` and `core.autocrlf`. */
function isConverted(
  bytes: Buffer,
  attributes: FileAttributes | undefined,
  config: GitConfig,
): boolean {
  const text = attributes?.text;
  if (typeof text === 'boolean') return text;
  const automatic =
    text === 'auto' || /^(?:true|yes|on|1|input)$/i.test(config.get('core.autocrlf') ?? '');
  return automatic && !bytes.includes(0);
}

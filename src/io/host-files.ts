import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** What the host of a repository, or an editor, puts at its top before there is a project: READMEs, licences and the like. */
const HOST_FILES = [
  /^(?:readme|licen[cs]e|unlicense|copying|notice|authors|changelog|code_of_conduct|codeowners|contributing|governance|maintainers|security|support)(?:[.-][\w.-]*)?$/i,
  /^\.(?:gitignore|gitattributes|gitkeep|keep|mailmap|editorconfig|git-blame-ignore-revs|DS_Store)$/,
  /^renovate\.json5?$/,
];
/** Folders that hosts and editors read, whatever is in them. */
const HOST_FOLDERS = /^\.(?:github|gitlab|gitea|forgejo|vscode|idea|devcontainer)$/;
/** A documentation folder counts while it holds such files only: GitHub finds CODEOWNERS and SECURITY.md there. */
const DOCS = /^docs$/;

export type HostFiles = {
  /** Paths of files that a host makes, sorted. */
  readonly made: readonly string[];
  /** Entries of the folder that are something else; `.git` is neither. */
  readonly other: readonly string[];
};

/**
 * Tells what a host makes in a new repository from what people put there. A link or a special file is never the host's.
 *
 * @param root may be absent
 */
export function findHostFiles(root: string): HostFiles {
  const made: string[] = [];
  const other: string[] = [];
  if (!existsSync(root)) return { made, other };
  for (const entry of readdirSync(root, { withFileTypes: true })) {
    const { name } = entry;
    if (name === '.git') continue;
    const files = filesOf(root, entry);
    if (files === undefined) other.push(name);
    else made.push(...files);
  }
  return { made: made.sort(), other };
}

function filesOf(
  root: string,
  entry: { readonly name: string; isFile(): boolean; isDirectory(): boolean },
): readonly string[] | undefined {
  const { name } = entry;
  if (entry.isFile()) return HOST_FILES.some((pattern) => pattern.test(name)) ? [name] : undefined;
  if (!entry.isDirectory()) return undefined;
  if (HOST_FOLDERS.test(name)) return listPlain(root, name);
  if (!DOCS.test(name)) return undefined;
  const files = listPlain(root, name);
  const isHosts = files?.every((path) =>
    HOST_FILES.some((pattern) => pattern.test(path.slice(name.length + 1))),
  );
  return isHosts === true ? files : undefined;
}

/** Every file below a folder. @returns undefined where one of them is no plain file */
function listPlain(root: string, below: string): string[] | undefined {
  const files: string[] = [];
  for (const entry of readdirSync(join(root, below), { withFileTypes: true })) {
    const path = `${below}/${entry.name}`;
    if (entry.isFile()) {
      files.push(path);
      continue;
    }
    const inside = entry.isDirectory() ? listPlain(root, path) : undefined;
    if (inside === undefined) return undefined;
    files.push(...inside);
  }
  return files;
}

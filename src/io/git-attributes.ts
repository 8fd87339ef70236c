import type { Git } from './git.js';
import { outputOf } from './git-answer.js';

/** How git converts a file, as .gitattributes says. */
export type FileAttributes = {
  /** Name of the filter; undefined without one. */
  readonly filter: string | undefined;
  /** `true` for text, `false` for none, `auto`; undefined where nothing is said. */
  readonly text: boolean | 'auto' | undefined;
};

/** Attributes by path. */
export type Attributes = ReadonlyMap<string, FileAttributes>;

/** Reads the attributes of paths that need not exist. @throws ToolError as `outputOf` */
export async function readAttributes(git: Git, paths: readonly string[]): Promise<Attributes> {
  if (paths.length === 0) return new Map();
  const output = outputOf(
    await git.ask(
      ['check-attr', '-z', '--stdin', 'filter', 'text', 'eol'],
      paths.map((path) => `${path}\0`).join(''),
    ),
    git,
  );
  const words = (output?.toString('utf8') ?? '').split('\0');
  const values = new Map<string, Map<string, string>>();
  for (let at = 0; at + 2 < words.length; at += 3) {
    const [path = '', name = '', value = ''] = words.slice(at, at + 3);
    const ofPath = values.get(path) ?? new Map<string, string>();
    values.set(path, ofPath.set(name, value));
  }
  return new Map([...values].map(([path, ofPath]) => [path, attributesOf(ofPath)]));
}

function attributesOf(values: ReadonlyMap<string, string>): FileAttributes {
  const filter = values.get('filter') ?? 'unspecified';
  const isFiltered = !['unspecified', 'unset', 'set', ''].includes(filter);
  return { filter: isFiltered ? filter : undefined, text: textOf(values) };
}

function textOf(values: ReadonlyMap<string, string>): FileAttributes['text'] {
  switch (values.get('text')) {
    case 'set':
      return true;
    case 'unset':
      return false;
    case 'auto':
      return 'auto';
    default:
      // An end of line makes a file text.
      return ['lf', 'crlf'].includes(values.get('eol') ?? '') ? true : undefined;
  }
}

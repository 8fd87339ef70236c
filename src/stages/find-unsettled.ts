import { blobId } from '../model/lock.js';
import type { Settle } from '../model/language-parts.js';
import type { FileReport } from './describe-update.js';
import { declarationsOf } from './merge/go-mod-file.js';
import type { UpdateInput } from './plan-update.js';

/** Dependency files whose merge is not done before a command has run. */
export type Unsettled = { readonly paths: readonly string[]; readonly command: string };

/**
 * Finds out whether both sides changed what the dependency files of a service declare: which modules go with
 * each other then, only the language's own tool knows.
 *
 * @returns undefined when one side changed nothing, both came to the same, or people deleted a file that the tool would make
 */
export function findUnsettled(
  input: Pick<UpdateInput, 'lock' | 'baseTexts' | 'ours' | 'theirs'>,
  settle: Settle | undefined,
): Unsettled | undefined {
  if (settle === undefined) return undefined;
  const sides = settle.from.map((path) => sidesOf(path, input));
  const isDeleted = sides.some(
    ({ path, base, ours }) => settle.makes.includes(path) && base !== '' && ours === undefined,
  );
  const isOurs = sides.some(({ base, ours = '' }) => base !== ours);
  const isTheirs = sides.some(({ base, theirs }) => base !== theirs);
  const isSame = sides.every(({ ours = '', theirs }) => ours === theirs);
  if (isDeleted || !isOurs || !isTheirs || isSame) return undefined;
  return { paths: settle.makes, command: settle.command };
}

/** Marks the files that a command must still finish; one that nobody merged is listed, too. */
export function markUnsettled(
  files: readonly FileReport[],
  unsettled: Unsettled | undefined,
): readonly FileReport[] {
  if (unsettled === undefined) return files;
  const status = 'needs-toolchain' as const;
  const others = unsettled.paths.filter((path) => !files.some((file) => file.path === path));
  return [
    ...files.map((file) => (unsettled.paths.includes(file.path) ? { ...file, status } : file)),
    ...others.map((path) => ({
      path,
      action: 'kept' as const,
      status,
      ownership: 'managed' as const,
      capabilities: [],
      effect: 'none' as const,
      why: [],
    })),
  ];
}

/** What the three versions of a file declare; a base that is lost declares something that neither side does. */
function sidesOf(
  path: string,
  { lock, baseTexts, ours, theirs }: Parameters<typeof findUnsettled>[0],
): { path: string; base: string; ours: string | undefined; theirs: string } {
  const id = lock.files.find((file) => file.path === path)?.id;
  const found = ours.get(path);
  const [own, other] = [
    found?.kind === 'file' ? found.side.text : undefined,
    theirs.get(path)?.text,
  ];
  const known = [own, other, baseTexts.get(id ?? '')];
  const base = known.find((text) => text !== undefined && blobId(text) === id);
  return {
    path,
    base: base === undefined ? (id === undefined ? '' : '?') : declare(path, base),
    ours: own === undefined ? undefined : declare(path, own),
    theirs: declare(path, other ?? ''),
  };
}

/** Keys of package.json that decide what is installed. */
const installing = [
  'dependencies',
  'devDependencies',
  'optionalDependencies',
  'peerDependencies',
  'overrides',
  'workspaces',
];

/** What a dependency file declares, without comments, order and layout. */
function declare(path: string, text: string): string {
  if (path.endsWith('go.mod')) return [...declarationsOf(text)].sort().join('\n');
  if (!path.endsWith('package.json')) return text.split('\n').sort().join('\n').trim();
  try {
    const value = JSON.parse(text) as Readonly<Record<string, unknown>>;
    return JSON.stringify(installing.map((key) => value[key] ?? null));
  } catch {
    return text;
  }
}

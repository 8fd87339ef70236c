import type { Host } from '../io/host.js';
import { fetchTarball, readPackage, readRegistry, sha512 } from '../io/tool-package.js';
import { inputError } from '../model/errors.js';
import { quote } from '../model/text.js';
import { setToolSource } from '../stages/edit-request.js';
import { findToolProblem, toolKinds, type ToolKey } from '../stages/tool-schema.js';
import { changeService } from './change-service.js';
import type { Outcome } from './outcome.js';

export type PinFlags = {
  readonly npm?: string | undefined;
  readonly release?: string | undefined;
  readonly tarball?: string | undefined;
  readonly git?: string | undefined;
  readonly commit?: string | undefined;
  readonly path?: string | undefined;
  readonly dryRun: boolean;
  readonly allowDirty: boolean;
};

/**
 * `tool pin`: writes where CI gets this tool from, and the files that follow from it. It asks the source that was
 * named and nothing else; a git commit is its own digest, so that git is not asked.
 *
 * @throws ToolError exit 2 for a source that is malformed, absent or too large; 6 when it cannot be reached
 */
export async function pinTool(flags: PinFlags, host: Host): Promise<Outcome> {
  const source = await findSource(flags, host);
  const kind = (Object.keys(toolKinds) as (keyof typeof toolKinds)[]).find((key) => key in source);
  const change = {
    what: 'tool pin',
    movesVersion: false,
    edit: (text: string) => setToolSource(text, source),
    notes: () => (kind === undefined ? [] : [notes[kind]]),
  };
  // What changes is CI: there is nothing that the service's own tests could see.
  return await changeService(change, { ...flags, verify: false }, host);
}

const notes = {
  npm: 'CI installs it from the registry that npm is set to there, and compares its sha512 before it runs.',
  tarball: 'CI downloads it, and compares its sha512 before it runs.',
  git: 'CI builds this commit before it runs it: the build, too, is code that runs there.',
  path: 'CI compares the sha512 of the file before it runs. Commit the file.',
} as const;

type Source = Readonly<Partial<Record<ToolKey, string>>>;

async function findSource(flags: PinFlags, host: Host): Promise<Source> {
  const { tarball, git, commit, path } = flags;
  if (git !== undefined || commit !== undefined) return findGit(git, commit);
  if (tarball !== undefined) {
    requireGood('tarball', tarball, '--tarball');
    return { tarball, integrity: sha512(await fetchTarball(tarball, host.signal)) };
  }
  if (path !== undefined) {
    const file = path.replace(/^(?:\.\/)+/, '');
    requireGood('path', file, '--path');
    return { path: file, integrity: sha512(readPackage(host.cwd, file)) };
  }
  const { npm = 'meshwright', release = host.loadCatalog().version } = flags;
  requireGood('npm', npm, '--npm');
  requireGood('version', release, '--release');
  const integrity = await readRegistry({ name: npm, version: release }, host);
  return { npm, version: release, integrity };
}

function findGit(git: string | undefined, commit: string | undefined): Source {
  if (git === undefined || commit === undefined) {
    throw inputError(
      'usage',
      git === undefined ? '--commit needs --git URL.' : '--git needs --commit ID.',
      git === undefined
        ? 'npx meshwright tool pin --help'
        : 'A branch or tag can move; git ls-remote shows the full id of its commit.',
    );
  }
  requireGood('git', git, '--git');
  requireGood('commit', commit, '--commit');
  return { git, commit };
}

function requireGood(key: ToolKey, value: string, flag: string): void {
  const problem = findToolProblem(key, value);
  if (problem === undefined) return;
  throw inputError(
    'invalid-tool-source',
    `${flag} ${quote(value)} must be ${problem}.`,
    'npx meshwright tool pin --help',
  );
}

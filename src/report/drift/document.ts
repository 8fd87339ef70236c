import type { DriftAcceptance, DriftedFile } from '../../model/drift.js';
import { exitCodes } from '../../model/errors.js';
import type { JsonValue } from '../../model/json.js';
import { nameTool } from '../../model/started-as.js';
import { quote } from '../../model/text.js';
import { fixOf, isDriftingFile, summarizeDrift, type RepoDrift } from './repo-drift.js';

/** The JSON document of `drift`, without the fields that all documents share. */
export function driftDocument(
  repos: readonly RepoDrift[],
  options: Options,
): Readonly<Record<string, JsonValue>> {
  return {
    repos: repos.map((repo) => describeRepo(repo, options)),
    foreign: options.foreign,
    summary: { ...summarizeDrift(repos), foreign: options.foreign.length },
  };
}

type Options = {
  readonly strict: boolean;
  /** Paths that were left out. */
  readonly foreign: readonly string[];
  /** The words that start this tool again. */
  readonly tool: string;
};

/** A folder or file that bears no trace of this tool. */
export function foreignRepo(path: string, current: string): RepoDrift {
  return {
    path,
    status: 'error',
    recorded: undefined,
    current,
    files: [],
    conflicts: [],
    foreign: true,
    error: {
      code: 'no-request',
      exitCode: exitCodes.usage,
      message: `there is no scaffold.yaml in ${quote(path)}.`,
      hint: 'Run it in the folder of a service that scaffold made; npx meshwright new service NAME makes one.',
    },
  };
}

function describeRepo(
  repo: RepoDrift,
  { strict, tool }: Options,
): Readonly<Record<string, JsonValue>> {
  const { path, status, recorded, current, files, conflicts, foreign, error } = repo;
  const fixes = files
    .filter((file) => isDriftingFile(file, strict))
    .flatMap((file) => fixOf(file) ?? []);
  return {
    path,
    status,
    version: { recorded: recorded ?? null, current },
    files: files.map(describeFile),
    merge: conflicts.length === 0 ? 'clean' : 'conflicts',
    conflicts,
    fix: [...new Set(fixes)].map((fix) => nameTool(fix, tool)),
    ...(foreign === undefined ? {} : { foreign }),
    ...(error === undefined ? {} : { error }),
  };
}

function describeFile({ path, status, base, byGit, why, accepted }: DriftedFile) {
  return {
    path,
    status,
    ...(base === undefined ? {} : { base }),
    ...(byGit === undefined ? {} : { byGit }),
    ...(why === undefined ? {} : { why }),
    ...(accepted === undefined ? {} : { accepted: describeAcceptance(accepted) }),
  };
}

function describeAcceptance({ reason, until }: DriftAcceptance) {
  return { reason, ...(until === undefined ? {} : { until }) };
}

/** Reads back what another run of this version printed. */
export function readDriftDocument(text: string, current: string): readonly RepoDrift[] {
  const { repos, foreign: others } = JSON.parse(text) as {
    readonly foreign: readonly string[];
    readonly repos: readonly (Omit<RepoDrift, 'recorded' | 'current' | 'files'> & {
      readonly version: { readonly recorded: string | null; readonly current: string };
      readonly files: readonly (DriftedFile & {
        readonly accepted?: Omit<DriftAcceptance, 'path'>;
      })[];
    })[];
  };
  const ours = repos.map(({ path, status, version, files, conflicts, foreign, error }) => ({
    path,
    status,
    recorded: version.recorded ?? undefined,
    current: version.current,
    files: files.map(({ accepted, ...file }) => ({
      ...file,
      ...(accepted === undefined ? {} : { accepted: { ...accepted, path: file.path } }),
    })),
    conflicts,
    ...(foreign === undefined ? {} : { foreign }),
    error,
  }));
  return [...ours, ...others.map((path) => foreignRepo(path, current))];
}

import type { DriftAcceptance, DriftedFile } from '../../model/drift.js';
import type { JsonValue } from '../../model/json.js';
import { nameTool } from '../../model/started-as.js';
import { fixOf, isDriftingFile, summarizeDrift, type RepoDrift } from './repo-drift.js';

/** The JSON document of `drift`, without the fields that all documents share. */
export function driftDocument(
  repos: readonly RepoDrift[],
  options: Options,
): Readonly<Record<string, JsonValue>> {
  return {
    repos: repos.map((repo) => describeRepo(repo, options)),
    summary: summarizeDrift(repos),
  };
}

type Options = {
  readonly strict: boolean;
  /** The words that start this tool again. */
  readonly tool: string;
};

function describeRepo(
  repo: RepoDrift,
  { strict, tool }: Options,
): Readonly<Record<string, JsonValue>> {
  const { path, status, recorded, current, files, conflicts, error } = repo;
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
export function readDriftDocument(text: string): readonly RepoDrift[] {
  const { repos } = JSON.parse(text) as {
    readonly repos: readonly (Omit<RepoDrift, 'recorded' | 'current' | 'files'> & {
      readonly version: { readonly recorded: string | null; readonly current: string };
      readonly files: readonly (DriftedFile & {
        readonly accepted?: Omit<DriftAcceptance, 'path'>;
      })[];
    })[];
  };
  return repos.map(({ path, status, version, files, conflicts, error }) => ({
    path,
    status,
    recorded: version.recorded ?? undefined,
    current: version.current,
    files: files.map(({ accepted, ...file }) => ({
      ...file,
      ...(accepted === undefined ? {} : { accepted: { ...accepted, path: file.path } }),
    })),
    conflicts,
    error,
  }));
}

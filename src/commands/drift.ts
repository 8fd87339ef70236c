import { resolve as resolvePath } from 'node:path';

import type { Host } from '../io/host.js';
import { openRepo, readRepoState } from '../io/repo.js';
import { readUnfinished } from '../io/transaction.js';
import { findUnresolved } from '../io/unresolved.js';
import type { Catalog } from '../model/catalog.js';
import type { DriftAcceptance, DriftedFile } from '../model/drift.js';
import { exitCodes, ToolError, type ExitCode } from '../model/errors.js';
import { blobId } from '../model/lock.js';
import type { Tree } from '../model/tree.js';
import { acceptDrift } from '../stages/accept-drift.js';
import { compare } from '../stages/compare.js';
import { composeTree } from '../stages/compose-service.js';
import { planUpdate } from '../stages/plan-update.js';
import { stringify } from 'yaml';
import { isDrift, summarizeDrift, type RepoDrift } from '../report/repo-drift.js';
import { formatDrift, type DriftFormat } from '../report/drift-text.js';
import type { Outcome } from './outcome.js';

export type DriftFlags = { readonly strict: boolean; readonly format: DriftFormat };

/**
 * `drift`: does each repo still match what it was generated from? Reads, never writes, and needs neither
 * toolchain nor network.
 */
export function drift(paths: readonly string[], flags: DriftFlags, host: Host): Outcome {
  const catalog = host.loadCatalog();
  const repos = (paths.length === 0 ? ['.'] : paths).map((path) =>
    readDrift(path, { catalog, host, strict: flags.strict }),
  );
  return {
    exitCode: exitCodeOf(repos, flags.strict),
    document: { repos: repos.map(describeRepo), summary: summarizeDrift(repos) },
    text: (page) => formatDrift(repos, { ...page, format: flags.format, strict: flags.strict }),
  };
}

function exitCodeOf(repos: readonly RepoDrift[], strict: boolean): ExitCode {
  const errors = repos.flatMap(({ error }) => error?.exitCode ?? []);
  const worst = ([70, 6, 2] as const).find((code) => errors.includes(code));
  if (worst !== undefined) return worst;
  return repos.some((repo) => isDrift(repo, strict)) ? exitCodes.findings : exitCodes.clean;
}

function readDrift(
  path: string,
  { catalog, host, strict }: { catalog: Catalog; host: Host; strict: boolean },
): RepoDrift {
  const current = catalog.version;
  try {
    const root = resolvePath(host.cwd, path);
    const repo = openRepo(root);
    const applied = composeTree(stringify(repo.lock.request), catalog);
    const wanted = composeTree(repo.requestText, catalog);
    const state = readRepoState(repo, [applied.tree, wanted.tree]);
    const { conflicts, renames } = planUpdate(
      {
        lock: repo.lock,
        baseTexts: state.baseTexts,
        ours: state.ours,
        candidates: state.candidates,
        theirs: wanted.tree,
        document: wanted.document,
      },
      catalog,
    );
    const files = compare({
      recorded: repo.lock.files,
      ours: state.ours,
      renames,
      applied: idsOf(applied.tree),
      wanted: idsOf(wanted.tree),
    });
    const all = acceptDrift(withUnresolved(root, files), wanted.acceptedDrift, host.today());
    const drifted: RepoDrift = {
      path,
      status: 'clean',
      recorded: repo.lock.version,
      current,
      files: all,
      conflicts: conflicts.map((file) => file.path),
      error: undefined,
    };
    return { ...drifted, status: statusOf(drifted, strict) };
  } catch (thrown) {
    if (!(thrown instanceof ToolError)) throw thrown;
    const { code, exitCode, message, hint } = thrown;
    return {
      path,
      status: 'error',
      recorded: undefined,
      current,
      files: [],
      conflicts: [],
      error: { code, exitCode, message, hint },
    };
  }
}

function statusOf(repo: RepoDrift, strict: boolean): RepoDrift['status'] {
  if (repo.files.some(({ status }) => status === 'unresolved')) return 'conflict';
  return isDrift(repo, strict) ? 'drifted' : 'clean';
}

/** The files of an update that waits for people, besides those with markers. */
function withUnresolved(root: string, files: readonly DriftedFile[]): readonly DriftedFile[] {
  const unfinished = readUnfinished(root);
  if (unfinished?.stage !== 'waiting') return files;
  const known = new Set(
    files.flatMap(({ path, status }) => (status === 'unresolved' ? [path] : [])),
  );
  const more = findUnresolved(root, unfinished.pause).filter((path) => !known.has(path));
  return [...files, ...more.map((path): DriftedFile => ({ path, status: 'unresolved' }))];
}

/** scaffold.yaml is people's own, and so never drifts. */
function idsOf(tree: Tree): Map<string, { readonly id: string; readonly mode: string }> {
  return new Map(
    [...tree].flatMap(([path, { text, mode, ownership }]) =>
      ownership === 'seeded' ? [] : [[path, { id: blobId(text), mode }] as const],
    ),
  );
}

function describeRepo({ path, status, recorded, current, files, conflicts, error }: RepoDrift) {
  return {
    path,
    status,
    version: { recorded: recorded ?? null, current },
    files: files.map((file) => ({
      path: file.path,
      status: file.status,
      ...(file.accepted === undefined ? {} : { accepted: describeAcceptance(file.accepted) }),
    })),
    merge: conflicts.length === 0 ? 'clean' : 'conflicts',
    conflicts,
    ...(error === undefined ? {} : { error }),
  };
}

function describeAcceptance({ reason, until }: DriftAcceptance) {
  return { reason, ...(until === undefined ? {} : { until }) };
}

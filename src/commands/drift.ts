import { resolve as resolvePath } from 'node:path';

import type { Host } from '../io/host.js';
import { countProcessors } from '../io/processors.js';
import { findWhereabouts } from '../io/whereabouts.js';
import { isForeign, openRepo, readRepoState } from '../io/repo.js';
import { readUnfinished } from '../io/transaction.js';
import { findUnresolved } from '../io/unresolved.js';
import type { Catalog } from '../model/catalog.js';
import type { DriftedFile } from '../model/drift.js';
import { exitCodes, ToolError, type ExitCode } from '../model/errors.js';
import type { Lock } from '../model/lock.js';
import { acceptDrift } from '../stages/accept-drift.js';
import { compare, versionsOf } from '../stages/compare.js';
import { composeTree, type ComposedService } from '../stages/compose-service.js';
import { requireEnvironment } from '../stages/environment.js';
import { explainDrift } from '../stages/explain-drift.js';
import { withoutKept } from '../stages/keep-theirs.js';
import { isSettled, planUpdate } from '../stages/plan-update.js';
import { printYaml } from '../manifests/print-yaml.js';
import { driftDocument, foreignRepo } from '../report/drift/document.js';
import type { DriftFormat } from '../report/drift/drift-format.js';
import { formatDrift } from '../report/drift/format.js';
import {
  describeForeign,
  isDrift,
  splitForeign,
  type RepoDrift,
} from '../report/drift/repo-drift.js';
import type { Outcome } from './outcome.js';
import { requireSarif } from './require-sarif.js';
import { nameTool } from '../model/started-as.js';

export type DriftFlags = {
  readonly strict: boolean;
  readonly format: DriftFormat;
  /** SARIF with what is accepted. */
  readonly includeSuppressed: boolean;
  /** Look only at what is deployed to this environment. */
  readonly env?: string | undefined;
  /** Processes at the same time; by default as many as the number of repos is worth. */
  readonly jobs?: number | undefined;
};

/** Below this number of repos a further process costs more time than it saves. */
const REPOS_PER_JOB = 50;

/**
 * `drift`: does each repo still match what it was generated from? Reads, never writes, and needs neither
 * toolchain nor network.
 */
export async function drift(
  paths: readonly string[],
  flags: DriftFlags,
  host: Host,
): Promise<Outcome> {
  const catalog = host.loadCatalog();
  const { strict, env, format } = flags;
  requireSarif(flags, 'drift');
  const where = findWhereabouts(host.cwd);
  const all =
    (await readInJobs(paths, flags, host)) ??
    (await readOneByOne(paths.length === 0 ? ['.'] : paths, { catalog, host, strict, env }));
  const { repos, foreign } = splitForeign(all);
  const isForMachines = format === 'sarif' || format === 'github';
  if (isForMachines && foreign.length > 0) host.stderr.write(`${describeForeign(foreign)}\n`);
  return {
    exitCode: exitCodeOf(repos, strict),
    document: driftDocument(repos, { strict, foreign, tool: host.tool }),
    text: (page) =>
      // Nothing in it quotes what people wrote.
      nameTool(
        formatDrift(repos, {
          ...page,
          foreign,
          format,
          strict,
          version: catalog.version,
          where,
          env,
          keepsSuppressed: flags.includeSuppressed,
        }),
        page.tool,
      ),
  };
}

/** Many repos, a part of them in each process. @returns undefined where one process is as quick */
async function readInJobs(
  paths: readonly string[],
  { strict, env, jobs }: DriftFlags,
  host: Host,
): Promise<readonly RepoDrift[] | undefined> {
  if (jobs === 1 || (jobs === undefined && paths.length < 2 * REPOS_PER_JOB)) return undefined;
  const { runItself } = await import('../io/fan-out.js');
  const most = jobs ?? Math.min(countProcessors(), Math.ceil(paths.length / REPOS_PER_JOB));
  if (most === 1 || paths.length < 2) return undefined;
  const size = Math.min(2 * REPOS_PER_JOB, Math.ceil(paths.length / most));
  const parts = Array.from({ length: Math.ceil(paths.length / size) }, (_, index) =>
    paths.slice(index * size, (index + 1) * size),
  );
  const { readDriftDocument } = await import('../report/drift/document.js');
  const options = [
    '--json',
    '--jobs=1',
    ...(strict ? ['--strict'] : []),
    ...(env === undefined ? [] : [`--env=${env}`]),
  ];
  const outputs = await runItself(
    parts.map((part) => ['drift', ...options, '--', ...part]),
    { jobs: most, cwd: host.cwd, env: host.env, signal: host.signal },
  );
  return outputs.flatMap((output) => readDriftDocument(output, host.loadCatalog().version));
}

function exitCodeOf(repos: readonly RepoDrift[], strict: boolean): ExitCode {
  const errors = repos.flatMap(({ error }) => error?.exitCode ?? []);
  const worst = ([70, 6, 2] as const).find((code) => errors.includes(code));
  if (worst !== undefined) return worst;
  return repos.some((repo) => isDrift(repo, strict)) ? exitCodes.findings : exitCodes.clean;
}

type Reading = {
  readonly catalog: Catalog;
  readonly host: Host;
  readonly strict: boolean;
  readonly env: string | undefined;
};

async function readOneByOne(
  paths: readonly string[],
  reading: Reading,
): Promise<readonly RepoDrift[]> {
  const repos: RepoDrift[] = [];
  for (const path of paths) repos.push(await readDrift(path, reading));
  return repos;
}

async function readDrift(
  path: string,
  { catalog, host, strict, env }: Reading,
): Promise<RepoDrift> {
  const current = catalog.version;
  try {
    const root = resolvePath(host.cwd, path);
    if (await isForeign(root, host)) return foreignRepo(path, current);
    const repo = await openRepo(root, host);
    const whole = composeTree(repo.requestText, catalog);
    if (env !== undefined) requireEnvironment(env, whole.resolution.request.environments);
    const appliedWhole = composeApplied(repo.lock.request, whole, catalog);
    const state = await readRepoState(repo, [appliedWhole, whole.tree]);
    const kept = { ours: state.ours, document: whole.document };
    const wanted = { ...whole, tree: withoutKept(whole.tree, repo.lock, kept) };
    const appliedTree =
      appliedWhole === whole.tree ? wanted.tree : withoutKept(appliedWhole, repo.lock, kept);
    const wantedVersions = versionsOf(wanted.tree);
    const update = {
      lock: repo.lock,
      baseTexts: state.baseTexts,
      ours: state.ours,
      candidates: state.candidates,
      theirs: wanted.tree,
      document: wanted.document,
    };
    const { conflicts, renames } = isSettled(update, wantedVersions)
      ? { conflicts: [], renames: new Map<string, string>() }
      : planUpdate(update, catalog);
    const files = compare({
      recorded: repo.lock.files,
      ours: state.ours,
      renames,
      applied: appliedTree === wanted.tree ? wantedVersions : versionsOf(appliedTree),
      wanted: wantedVersions,
    });
    const all = acceptDrift(withUnresolved(root, files), wanted.acceptedDrift, host.today());
    const drifted: RepoDrift = {
      path,
      status: 'clean',
      recorded: repo.lock.version,
      current,
      files: explainDrift(
        all.filter((file) => isLookedAt(file.path, env)),
        { ...repo, wanted, renames },
        catalog,
      ),
      conflicts: conflicts.map((file) => file.path).filter((file) => isLookedAt(file, env)),
      error: undefined,
    };
    return { ...drifted, status: statusOf(drifted, strict) };
  } catch (thrown) {
    if (!(thrown instanceof ToolError) || host.signal.aborted) throw thrown;
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

/** With an environment: what `kubectl apply -k deploy/overlays/<env>` reads. */
function isLookedAt(path: string, env: string | undefined): boolean {
  if (env === undefined) return true;
  return /^deploy\/(?:base|mesh)\//.test(path) || path.startsWith(`deploy/overlays/${env}/`);
}

function statusOf(repo: RepoDrift, strict: boolean): RepoDrift['status'] {
  if (repo.files.some(({ status }) => status === 'unresolved')) return 'conflict';
  return isDrift(repo, strict) ? 'drifted' : 'clean';
}

/** The files of an update that waits for people, besides those with markers. */
function withUnresolved(root: string, files: readonly DriftedFile[]): readonly DriftedFile[] {
  const unfinished = readUnfinished(root);
  if (unfinished?.stage !== 'waiting') {
    return files.map((file) => (file.status === 'unresolved' ? { ...file, byGit: true } : file));
  }
  const known = new Set(
    files.flatMap(({ path, status }) => (status === 'unresolved' ? [path] : [])),
  );
  const more = findUnresolved(root, unfinished.pause).filter((path) => !known.has(path));
  return [...files, ...more.map((path): DriftedFile => ({ path, status: 'unresolved' }))];
}

/** What the lock's request gives today: mostly what scaffold.yaml still asks for. */
function composeApplied(
  request: Lock['request'],
  wanted: ComposedService,
  catalog: Catalog,
): ComposedService['tree'] {
  if (JSON.stringify(request) === JSON.stringify(wanted.document)) return wanted.tree;
  return composeTree(printYaml(request), catalog).tree;
}

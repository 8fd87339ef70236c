import { join } from 'node:path';

import { type Environment, findExecutable, type Processes } from '../io/process.js';
import { readText } from '../io/read-file.js';
import { compareGoReleases } from '../stages/merge/go-version.js';
import { canMakeFolder, findWorkspace, type GoWorkspace } from './go-project.js';
import { withVariables } from './step.js';

/** The Go of this machine, as far as a verification must know it. */
export type GoToolchain = {
  /** With what the go command must be run. */
  readonly env: Environment;
  /** Variables in `env` that someone who repeats a command must set, too. */
  readonly variables: readonly string[];
  /** A workspace that is left out, since an image is built from the project's folder. */
  readonly workspace: GoWorkspace | undefined;
  /** The C compiler that cgo would call, or undefined when it is not there. */
  readonly compiler: { readonly name: string; readonly isFound: boolean };
};

/** Why Go cannot verify the project here. */
export type GoProblem = { readonly problem: string };

const PROBE_TIMEOUT_MS = 30_000;

/**
 * Looks at the Go of this machine: whether it is there and new enough for go.mod. It never downloads
 * another (GOTOOLCHAIN=local) unless the caller's environment asks for that, and it leaves a workspace above
 * the project out (GOWORK=off), since the project must stand on its own.
 */
export async function findGo(
  root: string,
  {
    env,
    processes,
    signal,
  }: {
    readonly env: Environment;
    readonly processes: Processes;
    readonly signal: AbortSignal;
  },
): Promise<GoToolchain | GoProblem> {
  if (findExecutable('go', env) === undefined) {
    return { problem: 'go is not on PATH: install it from https://go.dev/dl' };
  }
  const local = env['GOTOOLCHAIN'] === undefined ? { GOTOOLCHAIN: 'local' } : {};
  const args = ['env', '-json', 'GOVERSION', 'CC', 'GOWORK', 'GOCACHE', 'GOMODCACHE'];
  const probe = await processes.run(
    { file: 'go', args, cwd: root, env: withVariables(env, local) },
    { timeoutMs: PROBE_TIMEOUT_MS, signal },
  );
  const told = probe.end.kind === 'exited' && probe.end.code === 0 ? parseEnv(probe.output) : {};
  const version = told['GOVERSION'];
  if (version === undefined) {
    return { problem: `go env fails: ${probe.output.trim().split('\n')[0] ?? ''}` };
  }
  const withoutCache = findCacheProblem(told);
  if (withoutCache !== undefined) return { problem: withoutCache };
  const wanted = wantedVersion(root);
  const isLocal = (env['GOTOOLCHAIN'] ?? 'local') === 'local';
  if (wanted !== undefined && isLocal && isOlder(version, wanted)) {
    return {
      problem: `go is ${version.replace(/^go/, '')}, go.mod asks for ${wanted}: install it from https://go.dev/dl, or set GOTOOLCHAIN=auto to let go download it`,
    };
  }
  const hasWorkspace = !['', 'off', undefined].includes(told['GOWORK']);
  const compiler = told['CC'] ?? 'cc';
  return {
    env: withVariables(env, { ...local, ...(hasWorkspace ? { GOWORK: 'off' } : {}) }),
    variables: hasWorkspace ? ['GOWORK'] : [],
    workspace: hasWorkspace ? findWorkspace(root) : undefined,
    compiler: {
      name: compiler,
      isFound: findExecutable(compiler.split(' ')[0] ?? '', env) !== undefined,
    },
  };
}

/** Go builds nothing without folders for what it compiles and downloads; both are below HOME by default. */
function findCacheProblem(told: Readonly<Record<string, string | undefined>>): string | undefined {
  for (const name of ['GOCACHE', 'GOMODCACHE']) {
    const folder = told[name] ?? '';
    if (folder === '' || folder === 'off') {
      return 'go has no folder for its cache: set HOME, or GOCACHE and GOMODCACHE';
    }
    if (!canMakeFolder(folder)) {
      return `go cannot write its cache, ${folder}: set HOME, or ${name}, to a folder that can be written`;
    }
  }
  return undefined;
}

function parseEnv(text: string): Readonly<Record<string, string | undefined>> {
  try {
    return JSON.parse(text) as Record<string, string>; // written by the go command
  } catch {
    return {};
  }
}

const MAX_GO_MOD_BYTES = 4 * 1_024 * 1_024;

/** The `go` directive of go.mod. */
function wantedVersion(root: string): string | undefined {
  const text = readText(join(root, 'go.mod'), { maxBytes: MAX_GO_MOD_BYTES, name: 'go.mod' });
  return /^go[ \t]+(\S+)/m.exec(text ?? '')?.[1];
}

/**
 * Whether a Go version is older than a wanted one: `go1.25.3` than `1.26`, `go1.26rc1` than `1.26.0`.
 * A development build (`devel …`) is never older.
 */
export function isOlder(version: string, wanted: string): boolean {
  return (compareGoReleases(version, wanted) ?? 0) < 0;
}

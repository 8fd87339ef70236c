import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { exitCodes, ToolError } from '../model/errors.js';
import { emptyHome, NO_NETWORK } from './empty-home.js';
import { searchOutsideTool } from './outside-tool.js';
import type { Environment } from './process.js';
import { reasonOf, runTool } from './run-tool.js';

/** A build that fetches nothing ends within a second. */
const TIMEOUT_MS = 20_000;
const MAX_BYTES = 64 * 1_048_576;
/** kubectl has a kustomize built in, of a version that may be older. */
const TOOLS = [
  { name: 'kustomize', verb: 'build' },
  { name: 'kubectl', verb: 'kustomize' },
] as const;

export type KustomizeResult =
  | { readonly kind: 'built'; readonly text: string }
  | { readonly kind: 'failed'; readonly message: string };

/**
 * `kustomize build` of a folder that may come from anywhere, or `kubectl kustomize` where kustomize is not on PATH:
 * without the user's configuration and plugins, without starting programs or helm, and without a network.
 *
 * @param folder of a kustomization, absolute; `vetKustomization` has seen it
 * @param options.allowRemote lets it fetch what kustomizations name elsewhere, with git and the user's credentials
 * @throws ToolError `tool-missing` (exit 6) where neither is on PATH
 */
export async function buildWithKustomize(
  folder: string,
  {
    env,
    signal,
    allowRemote,
    timeoutMs = TIMEOUT_MS,
  }: {
    readonly env: Environment;
    readonly signal: AbortSignal;
    readonly allowRemote: boolean;
    readonly timeoutMs?: number;
  },
): Promise<KustomizeResult> {
  const { tool, name, verb } = findBuilder(env, folder);
  const home = mkdtempSync(join(tmpdir(), 'kustomize-'));
  const plugins = join(home, 'plugins');
  mkdirSync(plugins);
  const own = {
    KUSTOMIZE_PLUGIN_HOME: plugins,
    KUBECONFIG: join(home, 'kubeconfig'),
    KUBERC: 'off',
  };
  try {
    const run = await runTool(
      {
        file: tool.file,
        // What is off by default stays off: plugins, helm, and files outside of the kustomization's folder.
        args: [verb, folder],
        cwd: home,
        env: allowRemote
          ? { ...env, ...own, PATH: tool.path }
          : { ...emptyHome(home), ...own, ...NO_NETWORK, PATH: '' },
      },
      { timeoutMs, maxBytes: MAX_BYTES, signal },
    );
    if (run.end.kind === 'exited' && run.end.code === 0) return { kind: 'built', text: run.output };
    if (run.end.kind === 'timed-out')
      return { kind: 'failed', message: `${name} did not end within ${timeoutMs / 1_000} s.` };
    return { kind: 'failed', message: `${name} ${verb}: ${reasonOf(run)}` };
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

function findBuilder(env: Environment, folder: string) {
  for (const { name, verb } of TOOLS) {
    const tool = searchOutsideTool(name, env, [folder]);
    if (tool !== undefined) return { tool, name, verb };
  }
  throw new ToolError({
    code: 'tool-missing',
    exitCode: exitCodes.environment,
    message: 'neither "kustomize" nor "kubectl" is on PATH.',
    hint: 'Install one outside of this repository, in a folder that PATH names in full, or leave out --render.',
  });
}

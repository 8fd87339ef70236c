import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { emptyHome, NO_NETWORK } from './empty-home.js';
import { findOutsideTool } from './outside-tool.js';
import type { Environment } from './process.js';
import { reasonOf, runTool } from './run-tool.js';

/** Charts of hundreds of templates take a second. */
const TIMEOUT_MS = 30_000;
const MAX_BYTES = 64 * 1_048_576;

export type Rendered =
  | { readonly kind: 'rendered'; readonly text: string }
  | { readonly kind: 'failed'; readonly message: string };

/**
 * `helm template` of a chart that may come from anywhere: without the user's configuration, plugins, repositories and
 * clusters, without a program to start, and without a network. What it lacks is not fetched.
 *
 * @param chart its folder, absolute; `vetChart` has seen it
 * @param options.values files, absolute
 * @throws ToolError `tool-missing` (exit 6)
 */
export async function renderChart(
  chart: string,
  {
    values,
    env,
    signal,
    timeoutMs = TIMEOUT_MS,
  }: {
    readonly values: readonly string[];
    readonly env: Environment;
    readonly signal: AbortSignal;
    readonly timeoutMs?: number;
  },
): Promise<Rendered> {
  const { file } = findOutsideTool('helm', env, [chart]);
  const home = mkdtempSync(join(tmpdir(), 'helm-'));
  try {
    const run = await runTool(
      {
        file,
        args: ['template', chart, '--skip-tests', ...values.flatMap((path) => ['--values', path])],
        cwd: home,
        env: emptyEnvironment(home),
      },
      { timeoutMs, maxBytes: MAX_BYTES, signal },
    );
    if (run.end.kind === 'exited' && run.end.code === 0)
      return { kind: 'rendered', text: run.output };
    return { kind: 'failed', message: `helm template: ${reasonOf(run).replace(/^Error: /, '')}` };
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

/** Everything that helm would read or write of a person is an empty folder. */
function emptyEnvironment(home: string): Environment {
  const folder = (name: string): string => {
    const path = join(home, name);
    mkdirSync(path);
    return path;
  };
  return {
    ...emptyHome(home),
    ...NO_NETWORK,
    PATH: '',
    HELM_CACHE_HOME: folder('helm-cache'),
    HELM_CONFIG_HOME: folder('helm-config'),
    HELM_DATA_HOME: folder('helm-data'),
    HELM_PLUGINS: folder('plugins'),
    HELM_REPOSITORY_CONFIG: join(home, 'repositories.yaml'),
    HELM_REGISTRY_CONFIG: join(home, 'registry.json'),
    KUBECONFIG: join(home, 'kubeconfig'),
  };
}

import { exitCodes, inputError, ToolError } from '../model/errors.js';
import { quote } from '../model/text.js';
import { reasonOf, type ToolRun } from './run-tool.js';

/** Which cluster is read, and as which part of it. */
export type ClusterContext = {
  /** Absent inside a cluster, where there is no configuration. */
  readonly context: string | undefined;
  readonly cluster: string;
  readonly server: string;
  /** Of the context; `default` where it names none. */
  readonly namespace: string;
};

/** Runs kubectl with arguments that only read. */
export type RunKubectl = (...args: readonly string[]) => Promise<ToolRun>;

/**
 * The context that holds, by the user's own configuration; no secret of it is printed by kubectl.
 *
 * @param wanted its name, where one was asked for
 * @throws ToolError `unknown-context` (exit 2) or `cluster-unreachable` (exit 6)
 */
export async function readContext(
  kubectl: RunKubectl,
  wanted: string | undefined,
): Promise<ClusterContext> {
  const chosen = wanted === undefined ? [] : ['--context', wanted];
  const run = await kubectl('config', 'view', '--minify', '--output=json', ...chosen);
  if (run.end.kind !== 'exited' || run.end.code !== 0) {
    if (wanted !== undefined && /does not exist|no context exists/.test(run.errors))
      throw inputError(
        'unknown-context',
        `kubectl has no context ${quote(wanted)}.`,
        'List them: kubectl config get-contexts',
      );
    // Inside a cluster kubectl uses the service account of its pod.
    if (/current-context .*not set|no configuration/i.test(run.errors) && wanted === undefined)
      return { context: undefined, cluster: 'this cluster', server: '', namespace: 'default' };
    throw unreachable(reasonOf(run));
  }
  const { contexts, clusters, ...config } = JSON.parse(run.output) as {
    readonly 'current-context'?: string;
    readonly contexts?:
      | readonly {
          readonly name: string;
          readonly context?: { readonly cluster?: string; readonly namespace?: string };
        }[]
      | null;
    readonly clusters?: readonly { readonly cluster?: { readonly server?: string } }[] | null;
  };
  const [found] = contexts ?? [];
  return {
    context: found?.name ?? config['current-context'],
    cluster: found?.context?.cluster ?? 'this cluster',
    server: clusters?.[0]?.cluster?.server ?? '',
    namespace: found?.context?.namespace ?? 'default',
  };
}

export function unreachable(reason: string): ToolError {
  return new ToolError({
    code: 'cluster-unreachable',
    exitCode: exitCodes.environment,
    message: `kubectl could not read the cluster: ${reason}`,
    hint: 'See what kubectl get namespaces says.',
  });
}

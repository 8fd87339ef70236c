import type { Host } from '../io/host.js';
import { recognizeContent } from '../manifests/describe-content.js';
import { inputError } from '../model/errors.js';
import { plural, quote } from '../model/text.js';
import type { CheckedProject } from '../project/check-services.js';
import { requestPath } from '../project/starting-kustomization.js';
import type { CheckFlags } from './check.js';
import type { Folder } from './read-folder.js';
import type { RenderFlags } from './render-charts.js';

const NAME_ANOTHER = 'Name a service, or a folder or file of manifests.';
const HELP = 'npx meshwright check --help';

/** @throws ToolError exit 2 for flags that exclude each other */
export function requireCheckSense(paths: readonly string[], flags: CheckFlags): void {
  if (flags.writeBaseline && flags.baseline === undefined)
    throw inputError('usage', '--write-baseline needs --baseline FILE.', HELP);
  if (paths.includes('-') && (paths.length > 1 || flags.fix || flags.since !== undefined))
    throw inputError('usage', 'standard input (-) stands alone, without --fix and --since.', HELP);
  requireRenderSense(flags, HELP);
  if (flags.render === true && (flags.fix || flags.since !== undefined))
    throw inputError(
      'usage',
      '--render reads what no file holds: not with --fix or --since.',
      HELP,
    );
  requireLiveSense(paths, flags);
}

/** @throws ToolError exit 2 for what only `--render` makes use of */
export function requireRenderSense(
  {
    render,
    values = [],
    allowRemote,
  }: RenderFlags & { readonly allowRemote?: boolean | undefined },
  help: string,
): void {
  if (render === true) return;
  if (values.length > 0) throw inputError('usage', '--values needs --render.', help);
  if (allowRemote === true)
    throw inputError(
      'usage',
      '--allow-remote needs --render: without it no kustomize is started.',
      'Write --render --allow-remote.',
    );
}

/** A cluster is read in place of files. */
function requireLiveSense(paths: readonly string[], flags: CheckFlags): void {
  const { namespace = [], allNamespaces = false, context } = flags;
  if (flags.live !== true) {
    if (namespace.length > 0 || allNamespaces || context !== undefined)
      throw inputError('usage', '--namespace, -A and --context need --live.', HELP);
    return;
  }
  if (paths.length > 0 || flags.fix || flags.since !== undefined || flags.env !== undefined)
    throw inputError(
      'usage',
      '--live reads a cluster: it takes no path, and no --fix, --since or --env.',
      HELP,
    );
  if (namespace.length > 0 && allNamespaces)
    throw inputError('usage', '--namespace and -A exclude each other.', HELP);
  const bad = [...namespace, ...(context === undefined ? [] : [context])].find(
    (word) => word === '' || word.startsWith('-'),
  );
  if (bad !== undefined)
    throw inputError('usage', `${quote(bad)} is no name of a namespace or context.`, HELP);
}

/**
 * A job that names the wrong folder, or pipes in what is not manifests, must not be green.
 *
 * @throws ToolError `nothing-to-check` (exit 2) when no object was read and no problem says why
 */
export function requireObjects(
  folders: readonly Folder[],
  checked: readonly CheckedProject[],
  { tool }: Pick<Host, 'tool'>,
): void {
  const isEmpty = folders.every(
    ({ files, problems }, index) =>
      !files.has(requestPath) &&
      problems.length === 0 &&
      checked[index]?.problems.length === 0 &&
      checked[index].read.objects === 0,
  );
  const [first] = folders;
  if (!isEmpty || first === undefined) return;
  if (first.source !== undefined)
    throw nothing(
      `there is nothing to check in cluster ${quote(first.source.cluster)}: no object of a known kind in ${first.source.namespaces === 'all' ? 'any namespace' : first.source.namespaces.join(', ')}.`,
      'Name namespaces with --namespace, or all with -A.',
    );
  const place = first.path === '-' ? 'standard input' : quote(first.path);
  const hasDefinitions = checked[0]?.read.skipped.some(
    ({ reason }) => reason === 'custom-resource-definition',
  );
  const [text, ...more] = [...first.files.values()];
  const templates = first.skipped.find(({ reason }) => reason === 'helm-template');
  const excluded = first.skipped.find(({ reason }) => reason === 'excluded');
  if (templates !== undefined)
    throw nothing(
      `there is nothing to check in ${place}: only ${plural(templates.count, 'Helm template')}.`,
      `Render the chart first: helm template ${templates.chart ?? 'CHART'} | ${tool} check -`,
    );
  if (excluded !== undefined)
    throw nothing(
      `there is nothing to check in ${place}: exclude leaves out ${plural(excluded.count, 'file')}.`,
      'Check the globs of --exclude and check.exclude.',
    );
  if (hasDefinitions === true)
    throw nothing(
      `there is nothing to check in ${place}: only CustomResourceDefinitions.`,
      'Name a folder or file of other manifests.',
    );
  if (text === undefined)
    throw nothing(
      `there is nothing to check in ${place}: no scaffold.yaml and no manifest.`,
      NAME_ANOTHER,
    );
  const content = recognizeContent(text);
  throw nothing(
    more.length > 0
      ? `there is nothing to check in ${place}: none of ${plural(more.length + 1, 'file')} has an apiVersion and a kind.`
      : `there is nothing to check in ${place}: ${content === undefined ? 'none of its text is a Kubernetes object' : `it holds ${content.what}`}.`,
    content === undefined || content.hint === '' ? NAME_ANOTHER : content.hint,
  );
}

function nothing(message: string, hint: string): Error {
  return inputError('nothing-to-check', message, hint);
}

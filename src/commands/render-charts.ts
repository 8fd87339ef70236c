import { join, posix, relative, resolve as resolvePath, sep } from 'node:path';

import { renderChart } from '../io/helm.js';
import type { Host } from '../io/host.js';
import { readText } from '../io/read-file.js';
import { vetChart } from '../io/vet-chart.js';
import type { DocumentProblem } from '../manifests/read-documents.js';
import { splitSources } from '../manifests/split-sources.js';
import { exitCodes, inputError, ToolError } from '../model/errors.js';
import type { Skipped } from '../model/read-summary.js';
import { quote } from '../model/text.js';
import type { Folder } from './read-folder.js';

export type RenderFlags = {
  /** Charts are rendered by helm; never by anything that a repository says. */
  readonly render?: boolean | undefined;
  /** Files of values, as on the command line. */
  readonly values?: readonly string[] | undefined;
};

const MAX_CHART_BYTES = 1_048_576;
const MAX_VALUES_BYTES = 16 * 1_048_576;

/**
 * Puts what helm makes of each chart in place of its templates. A chart that cannot be rendered is a problem, and the
 * others are still checked.
 *
 * @throws ToolError exit 2 for values that are no file, 6 where helm is not on PATH
 */
export async function renderCharts(
  folder: Folder,
  { values = [] }: RenderFlags,
  host: Host,
): Promise<Folder> {
  const paths = values.map((value) => requireFile(value, host.cwd));
  const charts = folder.skipped.flatMap(({ chart }) => chart ?? []);
  const files = new Map(folder.files);
  const problems: DocumentProblem[] = [...folder.problems];
  const rendered = new Map<string, readonly string[]>();
  const left: Skipped[] = folder.skipped.filter(({ chart }) => chart === undefined);
  for (const skipped of folder.skipped) {
    const { chart } = skipped;
    // Charts within a chart are rendered with it.
    if (chart === undefined || charts.some((above) => isWithin(chart, above))) continue;
    const root = join(folder.root, chart);
    const about = readText(join(root, 'Chart.yaml'), { maxBytes: MAX_CHART_BYTES }) ?? '';
    if (/^type: *["']?library\b/m.test(about)) {
      left.push(skipped);
      continue;
    }
    const result = await render(root, paths, host);
    if (typeof result !== 'string') {
      const file = posix.join(chart, 'Chart.yaml');
      problems.push({ file, line: 1, column: 1, message: result.message });
      continue;
    }
    const parts = [...splitSources(result, posix.join(chart, 'NOTES'))].map(
      ([source, text]) => [locate(source, root, folder.root), text] as const,
    );
    for (const [path, text] of parts) files.set(path, text);
    rendered.set(
      chart,
      parts.map(([path]) => path),
    );
  }
  return { ...folder, files, charts: rendered, problems, skipped: left };
}

async function render(
  root: string,
  values: readonly string[],
  { env, signal }: Host,
): Promise<string | { readonly message: string }> {
  try {
    vetChart(root);
  } catch (error) {
    if (!(error instanceof ToolError) || error.exitCode !== exitCodes.usage) throw error;
    return { message: error.message };
  }
  const result = await renderChart(root, { values, env, signal });
  return result.kind === 'rendered' ? result.text : { message: result.message };
}

/** Helm says `NAME/templates/web.yaml`, with the name of the chart for its folder. */
function locate(source: string, chart: string, root: string): string {
  const inside = source.split('/').slice(1).join('/') || source;
  return relative(root, join(chart, inside)).replaceAll(sep, '/');
}

function isWithin(chart: string, above: string): boolean {
  return chart !== above && chart.startsWith(above === '.' ? 'charts/' : `${above}/charts/`);
}

/** @throws ToolError exit 2: helm would fetch a URL */
function requireFile(value: string, cwd: string): string {
  const path = resolvePath(cwd, value);
  if (value.includes('://') || readText(path, { maxBytes: MAX_VALUES_BYTES }) === undefined)
    throw inputError(
      'no-such-path',
      `--values must be a file, and there is no ${quote(value)}.`,
      'Nothing is fetched: save the values first.',
    );
  return path;
}

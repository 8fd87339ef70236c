import type { ExplainedUpstream, Outcome } from '../../mesh/explain/explain-flow.js';
import type { LayerRow } from '../../mesh/explain/layers.js';
import { formatTable, wrap } from '../layout.js';
import type { Style } from '../style.js';
import { seconds } from './seconds.js';
import { drawTimeline } from './timeline-text.js';

type Page = { readonly style: Style; readonly columns: number };

/** One upstream on one screen. */
export function formatExplained(service: string, upstream: ExplainedUpstream, page: Page): string {
  const { style, columns } = page;
  const { name, url, layers, outcomes, timeline, deadline, worstCase, queries, load, access } =
    upstream;
  const unverified = layers.filter(({ isVerified }) => !isVerified).length;
  return [
    `${style.bold(`${service} → ${name}`)}   ${url}`,
    '',
    '  GET, the upstream hangs',
    ...drawTimeline(timeline, deadline),
    style.dim('  ┤ cut by the mesh   ╳ given up by the application   · pause (at most)'),
    '',
    formatTable(
      [
        ['what fails', 'requests', 'usually', 'at most', 'caller sees', 'repeated by'].map(
          style.dim,
        ),
        ...outcomes.map((outcome) => [
          outcome.title,
          requestsOf(outcome),
          seconds(outcome.typicalDuration),
          seconds(outcome.duration),
          String(outcome.callerSees),
          outcome.repeatedBy,
        ]),
      ],
      { columns },
    ),
    '',
    `  at worst ${worstCase.tries} requests for one call, and an answer after ${seconds(worstCase.milliseconds)}`,
    ...(load === undefined
      ? []
      : [
          ...wrap(
            `at ${load.rate} calls/s: up to ${Math.round(load.worstRate)} requests/s at ${name} (${load.failure}), ${inFlight(load.inFlight)} in flight when it hangs`,
            columns - 2,
          ).map((line) => `  ${line}`),
        ]),
    '',
    ...formatLayers(layers, page),
    ...(unverified === 0
      ? []
      : [
          '',
          ...wrap(
            `declared: in scaffold.yaml and the service's own defaults, not verified: the Deployment does not set the variable.`,
            columns - 2,
          ).map((line) => `  ${style.dim(line)}`),
        ]),
    ...(access.length === 0
      ? []
      : [
          '',
          formatTable(
            [
              ['token of a caller', 'answer', 'by'].map(style.dim),
              ...access.map(({ token, answer, by }) => [token, answer, by]),
            ],
            { columns },
          ),
        ]),
    '',
    '  in production (PromQL)',
    ...queries.flatMap(({ control, shows, query }) => [
      `  ${style.dim(`${control}: ${shows}`)}`,
      `    ${query}`,
    ]),
    '',
  ].join('\n');
}

function inFlight(calls: number): string {
  return Number.isFinite(calls) ? `${Math.ceil(calls)} calls` : 'ever more calls';
}

function requestsOf({ requests, appTries, meshTries }: Outcome): string {
  return appTries > 1 && meshTries > 1
    ? `${requests} (${appTries} × ${meshTries})`
    : String(requests);
}

/** Rows under the file that sets them, so that a path stands once. */
function formatLayers(layers: readonly LayerRow[], { style, columns }: Page): string[] {
  const files = new Map<string, LayerRow[]>();
  for (const row of layers) {
    const file = row.source.replace(/:\d+$/, '');
    files.set(file, [...(files.get(file) ?? []), row]);
  }
  return [...files].flatMap(([file, rows]) => [
    `  ${style.dim(file)}`,
    formatTable(
      rows.map(({ layer, what, value, source, isVerified }) => [
        style.dim((/:(\d+)$/.exec(source)?.[1] ?? '').padStart(4)),
        layer.padEnd(4),
        what,
        isVerified ? value : `${value} (declared)`,
      ]),
      { columns },
    ),
  ]);
}

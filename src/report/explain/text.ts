import type { ExplainedUpstream, Outcome } from '../../explain/explain-flow.js';
import { isDeclared, UNKNOWN_CALLS } from '../../explain/layers.js';
import { needsOf } from '../../flow/app-queries.js';
import { describeUnsaid } from '../../model/mesh-emitter.js';
import { formatTable, wrap } from '../layout.js';
import type { Style } from '../style.js';
import { formatLayers } from './layer-table.js';
import { seconds } from './seconds.js';
import { drawTimeline } from './timeline-text.js';

type Page = { readonly style: Style; readonly columns: number };

/** One upstream on one screen. */
export function formatExplained(service: string, upstream: ExplainedUpstream, page: Page): string {
  const { style, columns } = page;
  const {
    name,
    url,
    layers,
    outcomes,
    timeline,
    deadline,
    worstCase,
    queries,
    load,
    access,
    unknown,
    unsaid,
  } = upstream;
  const unverified = layers.filter(isDeclared).length;
  return [
    `${style.bold(`${service} → ${name}`)}   ${url}`,
    '',
    `  ${timeline.request.method}, the upstream hangs`,
    ...drawTimeline(timeline, { deadline, columns }),
    ...paragraph('┤ cut by the mesh   ╳ given up by the application   · pause (at most)', page),
    '',
    formatOutcomes(outcomes, page),
    '',
    ...wrap(
      `at worst ${worstCase.tries} requests for one call, and an answer after ${seconds(worstCase.milliseconds)}`,
      columns - 2,
    ).map((line) => `  ${line}`),
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
    ...unsaid.flatMap((each) => ['', ...paragraph(describeUnsaid(each), page)]),
    ...(unknown.length === 0 ? [] : ['', ...paragraph(UNKNOWN_CALLS, page)]),
    ...(unverified === 0
      ? []
      : [
          '',
          ...paragraph(
            "declared: in scaffold.yaml and the service's own defaults, not verified: the Deployment does not set the variable.",
            page,
          ),
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
    ...needsOf(queries).flatMap((needs) => paragraph(needs, page)),
    ...queries.flatMap(({ control, shows, query }) => [
      `  ${style.dim(`${control}: ${shows}`)}`,
      `    ${query}`,
    ]),
    '',
  ].join('\n');
}

function paragraph(text: string, { style, columns }: Page): string[] {
  return wrap(text, columns - 2).map((line) => `  ${style.dim(line)}`);
}

/** Columns that the whole table needs; below, the usual case is left to --json, and words are short. */
const WIDE = 76;

function formatOutcomes(outcomes: readonly Outcome[], { style, columns }: Page): string {
  const isWide = columns >= WIDE;
  const head = isWide
    ? ['what fails', 'requests', 'usually', 'at most', 'caller sees', 'repeated by']
    : ['what fails', 'requests', 'at most', 'sees', 'by'];
  const rows = outcomes.map((outcome) => {
    const cells = [outcome.title, requestsOf(outcome)];
    const [most, sees] = [seconds(outcome.duration), String(outcome.callerSees)];
    return isWide
      ? [...cells, seconds(outcome.typicalDuration), most, sees, outcome.repeatedBy]
      : [...cells, most, sees, outcome.repeatedBy === 'application' ? 'app' : outcome.repeatedBy];
  });
  return formatTable([head.map(style.dim), ...rows], { columns });
}

function inFlight(calls: number): string {
  return Number.isFinite(calls) ? `${Math.ceil(calls)} calls` : 'ever more calls';
}

function requestsOf({ requests, appTries, meshTries }: Outcome): string {
  return appTries > 1 && meshTries > 1
    ? `${requests} (${appTries} × ${meshTries})`
    : String(requests);
}

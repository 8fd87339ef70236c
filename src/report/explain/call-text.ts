import {
  countedFor,
  isOpenEnded,
  type CallOutcome,
  type ExplainedCall,
} from '../../explain/explain-call.js';
import { asOneLine } from '../../model/inert-text.js';
import { cite } from '../../rules/rule.js';
import { formatTable, visibleWidth, wrap } from '../layout.js';
import type { Style } from '../style.js';
import { formatLayers } from './layer-table.js';
import { seconds } from './seconds.js';
import { drawTimeline } from './timeline-text.js';

type Page = { readonly style: Style; readonly columns: number };

/** A call by host on one screen: what acts on it, what follows, and what is wrong with it. */
export function formatCall(call: ExplainedCall, page: Page): string {
  const { style } = page;
  const { caller, port, carried, explained, through, assumptions } = call;
  const { layers, queries } = explained;
  const from = through === 'gateway' ? 'a gateway' : caller;
  return [
    style.bold(asOneLine(`${from} → ${explained.host}${port === undefined ? '' : `:${port}`}`)),
    '',
    ...formatObjects(call, page),
    ...assumptions.flatMap((text) => paragraph(text, page)),
    '',
    ...(carried.as === 'bytes' ? asBytes(call, page) : formatNumbers(call, page)),
    ...formatLayers(layers, page),
    '',
    ...formatFindings(call, page),
    ...(queries.length === 0 ? [] : ['', '  in production (PromQL)']),
    ...queries.flatMap(({ control, shows, query }) => [
      `  ${style.dim(`${control}: ${shows}`)}`,
      `    ${query}`,
    ]),
    '',
  ].join('\n');
}

/** What follows for requests. */
function formatNumbers(call: ExplainedCall, page: Page): string[] {
  const { columns } = page;
  const { timeline, deadline, outcomes } = call.explained;
  const isDrawn = Number.isFinite(timeline.duration) && !isOpenEnded(call.application);
  return [
    `  ${timeline.request.method}, the upstream hangs; ${countedFor(call)}`,
    ...(isDrawn
      ? drawTimeline(timeline, { deadline, columns })
      : wrap(inWords(call), columns - 2).map((line) => `  ${line}`)),
    '',
    formatOutcomes(call, outcomes, page),
    '',
    ...[asWorst(call), ...loadOf(call)]
      .flatMap((text) => wrap(text, columns - 2))
      .map((line) => `  ${line}`),
    '',
  ];
}

/** What follows for a port that a proxy does not read. */
function asBytes({ carried, port }: ExplainedCall, { columns }: Page): string[] {
  const what = port === undefined ? 'The ports carry' : `Port ${port} carries`;
  const text = `${what} ${carried.word}: proxies pass its bytes on, so routes, retries, timeouts and status codes do not act. Pools of connections and TLS do.`;
  return [...wrap(text, columns - 2).map((line) => `  ${line}`), ''];
}

/** What ends a call to an upstream that hangs, where it cannot be drawn. */
function inWords({ application, explained }: ExplainedCall): string {
  const { duration } = explained.timeline;
  if (isOpenEnded(application)) {
    const end = Number.isFinite(duration) ? `; the call ends after ${seconds(duration)}` : '';
    return `When the application gives up one try is unknown (--app-attempt-timeout)${end}.`;
  }
  if (application === undefined) return 'Nothing in the mesh ends this request.';
  return application.timeout === undefined
    ? 'Nothing in the mesh ends this call; whether the application does is unknown.'
    : 'Nothing ends this call.';
}

const WHERE = { caller: 'at the caller', gateway: 'at the gateway', upstream: 'at the upstream' };

function formatObjects({ objects, repeated }: ExplainedCall, page: Page): string[] {
  const { style, columns } = page;
  const cells = objects.map(({ at, target, place, brings }, index) => ({
    at: objects[index - 1]?.at === at ? '' : WHERE[at],
    target: asOneLine(target),
    brings: asOneLine(brings),
    place: asOneLine(cite(place)),
  }));
  const width = (key: 'at' | 'target' | 'brings' | 'place') =>
    Math.max(0, ...cells.map((cell) => visibleWidth(cell[key])));
  const lead = ' '.repeat(width('at') + 4);
  const isWide = lead.length + width('target') + width('brings') + width('place') + 4 <= columns;
  const rows = isWide
    ? [
        formatTable(
          cells.map(({ at, target, brings, place }) => [at, target, brings, style.dim(place)]),
          page,
        ),
      ]
    : cells.flatMap(({ at, target, brings, place }) => [
        `  ${at.padEnd(width('at'))}  ${target}${brings === '' ? '' : `  ${brings}`}`,
        `${lead}  ${style.dim(place)}`,
      ]);
  const isDefault = !objects.some(({ at }) => at !== 'upstream');
  return [
    ...rows,
    ...(isDefault ? paragraph('No object acts at the caller: the defaults hold.', page) : []),
    ...formatRepeated(repeated, page),
  ];
}

/** Which definition was read of objects that several files define. */
function formatRepeated(repeated: ExplainedCall['repeated'], page: Page): string[] {
  if (repeated.length === 0) return [];
  const names = repeated.map(({ target, places }) => `${target} (${places.length} times)`);
  return paragraph(
    `Defined more than once: ${names.join(', ')}. The last definition is read, as kubectl apply would leave it; name single files to read others.`,
    page,
  );
}

function formatOutcomes(
  call: ExplainedCall,
  outcomes: readonly CallOutcome[],
  { style, columns }: Page,
): string {
  const gets = call.application === undefined ? 'client gets' : 'app gets';
  const head = ['what fails', 'requests', 'at most', gets, 'repeated by'];
  const rows = outcomes.map((outcome) => [
    outcome.title,
    requestsOf(outcome),
    seconds(outcome.duration),
    outcome.seen ?? (Number.isFinite(outcome.duration) ? 'gives up' : '–'),
    outcome.repeatedBy === 'nobody' ? '–' : outcome.repeatedBy,
  ]);
  return [
    `  for ${countedFor(call)}`,
    formatTable([head.map(style.dim), ...rows], { columns }),
  ].join('\n');
}

function requestsOf({ requests, appTries, meshTries, isBound }: CallOutcome): string {
  if (isBound) return `up to ${requests}`;
  return appTries > 1 && meshTries > 1
    ? `${requests} (${appTries} × ${meshTries})`
    : String(requests);
}

function asWorst(call: ExplainedCall): string {
  const { application, explained } = call;
  const { tries, milliseconds } = explained.worstCase;
  const requests = tries === 1 ? '1 request' : `${tries} requests`;
  const end = Number.isFinite(milliseconds)
    ? `an answer after ${seconds(milliseconds)}`
    : 'no answer while the upstream hangs';
  const worst = `at worst ${requests} for ${countedFor(call)}, and ${end}`;
  if (application === undefined) return worst;
  return application.tries === undefined
    ? `${worst}; how often the application tries is unknown (--app-tries)`
    : `${worst}; pauses between the application's tries are not known and not counted`;
}

/** The load at a rate, which is that of what the numbers are of. */
function loadOf({ application, explained: { load } }: ExplainedCall): string[] {
  if (load === undefined) return [];
  const { rate, worstRate, failure, inFlight } = load;
  const what = application !== undefined && application.tries === undefined ? 'tries' : 'calls';
  const busy = Number.isFinite(inFlight) ? `${Math.ceil(inFlight)}` : 'ever more';
  return [
    `at ${rate} ${what}/s: up to ${Math.round(worstRate)} requests/s at the upstream (${failure}), ${busy} in flight when it hangs`,
  ];
}

function formatFindings({ findings }: ExplainedCall, { style, columns }: Page): string[] {
  if (findings.length === 0) return ['  check finds nothing about this call'];
  const lead = ' '.repeat(4);
  return [
    `  ${style.bold('check finds about this call')}`,
    ...findings.flatMap(({ code, severity, message, locations: [place] }) => [
      `  ${severity}  ${style.bold(code)}${place === undefined ? '' : `  ${asOneLine(cite(place))}`}`,
      ...wrap(asOneLine(message), columns - lead.length).map((line) => lead + line),
    ]),
  ];
}

function paragraph(text: string, { style, columns }: Page): string[] {
  return wrap(text, columns - 2).map((line) => `  ${style.dim(line)}`);
}

import type { Scenario } from '../mesh/simulate/scenario.js';
import type { Simulation } from '../mesh/simulate/simulate.js';
import type { JsonValue } from '../model/json.js';
import { escapeHtml, htmlPage, htmlTable } from './explain/html-page.js';
import { formatTable, wrap } from './layout.js';
import type { Style } from './style.js';

/** One run with its name: as declared, without the mesh, without the application's part. */
export type NamedRun = { readonly name: string; readonly run: Simulation };

const FAULTS: Readonly<Record<Scenario['fault'], string>> = {
  errors: 'a share of the requests is answered 503',
  'bad-replica': 'one replica answers 503',
  slow: 'every request takes 100 times as long',
  gone: 'no replica takes connections',
};

const MODELLED =
  'Modelled: GETs that arrive at random, pods with a breaker and a sidecar each, deadlines, tries and pauses with jitter of both layers, the limit on active requests, ejection per sidecar, replicas that work on a few requests at once and queue the others.';
const LEFT_OUT =
  'Not modelled: the network and its delays, retry budgets of either layer, queues of the connection pool, panic thresholds, autoscaling, garbage collection, callers that give up. Work times are exponential. Read it for the difference between two runs, not for absolute numbers.';

export function simulationDocument(
  scenario: Scenario,
  runs: readonly NamedRun[],
): Readonly<Record<string, JsonValue>> {
  return {
    scenario: { ...scenario },
    runs: runs.map(({ name, run }) => ({
      name,
      amplification: run.amplification,
      goodput: run.goodput,
      recoveryMs: run.recovery ?? null,
      seconds: run.seconds.map((second) => ({ ...second })),
    })),
    modelled: MODELLED,
    notModelled: LEFT_OUT,
  };
}

export function formatSimulation(
  upstream: string,
  scenario: Scenario,
  runs: readonly NamedRun[],
  { style, columns }: { readonly style: Style; readonly columns: number },
): string {
  return [
    `${style.bold(upstream)}: ${FAULTS[scenario.fault]}, from ${scenario.from / 1_000} s to ${scenario.to / 1_000} s of ${scenario.end / 1_000} s, ${scenario.rate} calls/s, seed ${scenario.seed}`,
    '',
    formatTable(
      [
        ['', 'answered well', 'requests a call', 'recovers after', 'per second'].map(style.dim),
        ...runs.map(row),
      ],
      { columns },
    ),
    '',
    ...[MODELLED, LEFT_OUT]
      .flatMap((text) => wrap(text, columns - 2))
      .map((line) => `  ${style.dim(line)}`),
    '',
  ].join('\n');
}

function row({ name, run }: NamedRun): string[] {
  return [
    name,
    `${(run.goodput * 100).toFixed(1)} %`,
    run.amplification.toFixed(2),
    run.recovery === undefined ? 'not in this run' : `${run.recovery / 1_000} s`,
    spark(
      run.seconds.map(({ good, offered }) => (offered === 0 ? 0 : Math.min(1, good / offered))),
    ),
  ];
}

const BLOCKS = '▁▂▃▄▅▆▇█';

/** The share of good answers, two seconds a character. */
function spark(shares: readonly number[]): string {
  return shares
    .filter((_, index) => index % 2 === 0)
    .map((share) => BLOCKS[Math.round(share * (BLOCKS.length - 1))] ?? '')
    .join('');
}

export function simulationHtml(
  upstream: string,
  scenario: Scenario,
  runs: readonly NamedRun[],
): string {
  const title = `${upstream}: ${FAULTS[scenario.fault]}`;
  const series = (pick: (second: Simulation['seconds'][number]) => number) =>
    runs.map(({ name, run }) => ({ name, values: run.seconds.map(pick) }));
  return htmlPage(
    title,
    [
      `<h1>${escapeHtml(title)}</h1>`,
      `<p>From ${scenario.from / 1_000} s to ${scenario.to / 1_000} s, ${scenario.rate} calls/s, seed ${scenario.seed}.</p>`,
      htmlTable(
        ['', 'Answered well', 'Requests a call', 'Recovers after'],
        runs.map((run) => row(run).slice(0, 4)),
      ),
      chart(
        'Calls answered well, per second',
        series(({ good }) => good),
        scenario,
      ),
      chart(
        'Requests at the upstream, per second',
        series(({ requests }) => requests),
        scenario,
      ),
      chart(
        'Pods whose breaker is open',
        series(({ open }) => open),
        scenario,
      ),
      chart(
        'Replicas ejected',
        series(({ ejected }) => ejected),
        scenario,
      ),
      `<p class="dim">${escapeHtml(MODELLED)}</p><p class="dim">${escapeHtml(LEFT_OUT)}</p>`,
    ].join('\n'),
  );
}

const COLOURS = ['var(--try)', 'var(--bad)', 'var(--third)'];
const DASHES = ['', '7 4', '2 3'];

type Series = { readonly name: string; readonly values: readonly number[] };

/** Lines over time; runs differ by colour and by dash. */
function chart(title: string, all: readonly Series[], { from, to, end }: Scenario): string {
  const [width, height, left, bottom] = [900, 220, 44, 26];
  const most = Math.max(1, ...all.flatMap(({ values }) => values));
  const x = (ms: number) => (left + (ms / end) * (width - left - 12)).toFixed(1);
  const y = (value: number) =>
    (height - bottom - (value / most) * (height - bottom - 14)).toFixed(1);
  return [
    `<h2>${escapeHtml(title)}</h2>`,
    `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeHtml(title)}">`,
    `<rect x="${x(from)}" y="8" width="${Number(x(to)) - Number(x(from))}" height="${height - bottom - 8}" fill="var(--bad)" opacity=".1"/>`,
    `<text x="${x(from)}" y="20">fault</text>`,
    `<text x="6" y="${y(most)}">${Math.round(most)}</text><text x="6" y="${y(0)}">0</text>`,
    `<line x1="${left}" x2="${width - 12}" y1="${y(0)}" y2="${y(0)}" stroke="var(--line)"/>`,
    ...all.map(
      ({ values }, index) =>
        `<polyline fill="none" stroke="${COLOURS[index] ?? 'var(--ink)'}" stroke-width="2" stroke-dasharray="${DASHES[index] ?? ''}" points="${values.map((value, second) => `${x((second + 0.5) * 1_000)},${y(value)}`).join(' ')}"/>`,
    ),
    ...all.map(
      ({ name }, index) =>
        `<line x1="${left + index * 260}" x2="${left + 30 + index * 260}" y1="${height - 8}" y2="${height - 8}" stroke="${COLOURS[index] ?? 'var(--ink)'}" stroke-width="2" stroke-dasharray="${DASHES[index] ?? ''}"/><text x="${left + 36 + index * 260}" y="${height - 4}">${escapeHtml(name)}</text>`,
    ),
    '</svg>',
  ].join('\n');
}

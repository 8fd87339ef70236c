import type { Flow } from '../flow/flow.js';
import type { Scenario } from '../simulate/scenario.js';
import type { Simulation } from '../simulate/simulate.js';
import type { JsonValue } from '../model/json.js';
import { seconds } from './explain/seconds.js';
import { formatTable, wrap } from './layout.js';
import { faultWords, LEFT_OUT, modelled, type NamedRun } from './page/outage.js';
import type { Style } from './style.js';

export function simulationDocument(
  flow: Flow,
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
    modelled: modelled(flow),
    notModelled: LEFT_OUT,
  };
}

export function formatSimulation(
  flow: Flow,
  scenario: Scenario,
  runs: readonly NamedRun[],
  {
    style,
    columns,
    name = flow.name,
    assumptions = [],
  }: {
    readonly style: Style;
    readonly columns: number;
    /** What is simulated. */
    readonly name?: string;
    /** What the runs rest on and no file says. */
    readonly assumptions?: readonly string[];
  },
): string {
  return [
    `${style.bold(name)}: ${faultWords(flow)[scenario.fault]}, from ${scenario.from / 1_000} s to ${scenario.to / 1_000} s of ${scenario.end / 1_000} s, ${scenario.rate} calls/s, seed ${scenario.seed}`,
    '',
    ...assumptions.flatMap((text) => wrap(text, columns - 2)).map((line) => `  ${style.dim(line)}`),
    ...(assumptions.length === 0 ? [] : ['']),
    formatTable(
      [
        ['', 'answered', 'requests', 'recovers', 'answered, 4 s each'].map(style.dim),
        ...runs.map(row),
      ],
      { columns },
    ),
    '',
    ...wrap(
      'answered: share of the calls that are answered well while it fails; requests: at the upstream, for each call',
      columns - 2,
    ).map((line) => `  ${style.dim(line)}`),
    '',
    ...[`Modelled: ${modelled(flow)}`, `Not modelled: ${LEFT_OUT}`]
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
    run.recovery === undefined ? 'not in this run' : seconds(run.recovery),
    spark(run.seconds),
  ];
}

const BLOCKS = '▁▂▃▄▅▆▇█';
/** Seconds a character. */
const GROUP = 4;

/** The share of good answers over time. */
function spark(seconds: Simulation['seconds']): string {
  const groups = Array.from({ length: Math.ceil(seconds.length / GROUP) }, (_, index) =>
    seconds.slice(index * GROUP, (index + 1) * GROUP),
  );
  return groups
    .map((group) => {
      const sum = (key: 'good' | 'offered') =>
        group.reduce((total, second) => total + second[key], 0);
      const share = sum('offered') === 0 ? 0 : Math.min(1, sum('good') / sum('offered'));
      return BLOCKS[Math.round(share * (BLOCKS.length - 1))] ?? '';
    })
    .join('');
}

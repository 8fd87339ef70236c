import { usualRequest } from '../../flow/reached.js';
import type { Flow } from '../../flow/flow.js';
import type { Fault, Scenario } from '../../simulate/scenario.js';
import type { Simulation } from '../../simulate/simulate.js';
import { drawChart } from './chart.js';
import { escapeHtml } from './html.js';
import { after, percent } from './words.js';

/** One run with its name: as declared, without the mesh, without the application's part. */
export type NamedRun = { readonly name: string; readonly run: Simulation };

/** What a fault does, after "the upstream:". */
export function faultWords({ transport: { unavailable } }: Flow): Readonly<Record<Fault, string>> {
  return {
    errors: `a share of the requests is answered ${unavailable}`,
    'bad-replica': `one replica answers ${unavailable}`,
    slow: 'every request takes 100 times as long',
    gone: 'no replica takes connections',
  };
}

/** What the simulation plays. */
export function modelled(flow: Flow): string {
  const { maxRetries, leastHealthy } = flow.mesh.words;
  const limits =
    maxRetries === ''
      ? ''
      : `the limit on active requests; retry budgets (or ${maxRetries}) of the proxy; `;
  const ejection =
    leastHealthy === ''
      ? 'ejection per proxy, and how long calls wait when every replica is out'
      : `ejection and the panic threshold (${leastHealthy}) per proxy`;
  return `${usualRequest(flow).method}s that arrive at random; pods with a breaker, a retry budget and a proxy each; deadlines, tries and pauses with jitter of both layers; ${limits}${ejection}; replicas that work on a few requests at once and queue the others.`;
}

export const LEFT_OUT =
  'the network and its delays, connects that nobody answers, queues of the connection pool, the interval of a retry budget, success-rate ejection, locality and slow start, autoscaling, garbage collection, callers that give up. Work times are exponential. Read it for the difference between two runs, not for absolute numbers.';

/** The runs beside each other, on the same scales. */
export function outageHtml(
  upstream: string,
  { from, to, end }: Scenario,
  {
    runs,
    pods,
    replicas,
  }: { readonly runs: readonly NamedRun[]; readonly pods: number; readonly replicas: number },
): string {
  const all = runs.flatMap(({ run }) => run.seconds);
  const most = {
    calls: Math.max(...all.map(({ offered, good }) => Math.max(offered, good))),
    requests: Math.max(...all.map(({ requests, offered }) => Math.max(requests, offered))),
  };
  const fault = [from / 1_000, to / 1_000] as const;
  const cards = runs.map(({ name, run }) => {
    const of = (pick: (second: Simulation['seconds'][number]) => number): readonly number[] =>
      run.seconds.map(pick);
    return [
      `<article class="run"><h4>${escapeHtml(name)}</h4>`,
      '<dl>',
      `<div><dt>answered well</dt><dd>${percent(run.goodput)}</dd></div>`,
      `<div><dt>requests a call</dt><dd>${run.amplification.toFixed(2)}</dd></div>`,
      `<div><dt>recovers</dt><dd>${recovery(run)}</dd></div>`,
      '</dl>',
      drawChart({
        title: 'calls answered well, each second',
        series: [
          { kind: 'area', name: 'good', values: of(({ good }) => good) },
          { kind: 'dashed', name: 'offered', values: of(({ offered }) => offered) },
        ],
        most: most.calls,
        fault,
        height: 84,
      }),
      drawChart({
        title: `requests at ${escapeHtml(upstream)}, each second`,
        series: [
          { kind: 'area', name: 'requests', values: of(({ requests }) => requests) },
          { kind: 'dashed', name: 'offered', values: of(({ offered }) => offered) },
        ],
        most: most.requests,
        fault,
        height: 84,
      }),
      drawChart({
        title: `breakers open, of ${pods} pods`,
        series: [{ kind: 'area', name: 'open', values: of(({ open }) => open) }],
        most: pods,
        fault,
        height: 34,
      }),
      drawChart({
        title: `replicas ejected, of ${replicas}`,
        series: [{ kind: 'area', name: 'ejected', values: of(({ ejected }) => ejected) }],
        most: replicas,
        fault,
        height: 34,
      }),
      `<p class="axis-labels"><span>0 s</span><span>fails ${fault[0]}–${fault[1]} s</span><span>${end / 1_000} s</span></p>`,
      '</article>',
    ].join('\n');
  });
  return `<div class="runs">${cards.join('\n')}</div>\n<p class="key"><span class="swatch offered"></span>calls that began <span class="swatch failing"></span>the upstream fails</p>`;
}

function recovery({ recovery: ms }: Simulation): string {
  if (ms === undefined) return 'not in this run';
  return ms === 0 ? 'at once' : `after ${after(ms)}`;
}

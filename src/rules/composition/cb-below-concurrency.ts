import type { Flow } from '../../flow/flow.js';
import type { Composition } from '../../flow/composition.js';
import { cite, setValue, type Report, type Rule } from '../rule.js';

export const cbBelowConcurrency: Rule = {
  code: 'CB_BELOW_CONCURRENCY',
  severity: 'error',
  layer: 'both',
  title: 'The sidecar admits fewer requests than the application makes at once.',
  reads: ['app/call', 'mesh/trafficPolicy'],
  why: 'The pool limits the active requests of one proxy to the whole upstream, for HTTP/1.1 too (measured: with a limit of 2, of 8 at once 6 are 503 by the proxy itself). A limit below normal use sheds healthy traffic.',
  fix: 'Limits on active and on waiting requests at or above what the application opens, and above rate · latency.',
  check: (composition) => composition.flows.flatMap((flow) => checkFlow(flow, composition)),
};

function checkFlow(flow: Flow, { server }: Composition): Report[] {
  const limit = flow.policy?.values.pool?.http2MaxRequests;
  if (flow.call === undefined || server === undefined || limit === undefined) return [];
  const { peakRate, latency } = flow.load?.values ?? {};
  const busy =
    peakRate === undefined || latency === undefined
      ? 0
      : Math.ceil((peakRate.value * latency.value) / 1_000);
  const { words } = flow.mesh;
  const { connections } = server.values;
  const opened = connections?.value ?? 0;
  const needed = Math.max(opened, busy);
  if (limit.value === 0 || limit.value >= needed) return [];
  const reason =
    busy > opened
      ? `${peakRate?.value ?? 0} requests/s of ${latency?.value ?? 0} ms are ${busy} at once`
      : `the application opens up to ${opened} connections`;
  return [
    {
      target: flow.name,
      at: limit.place,
      also: [busy > opened ? peakRate?.place : connections?.place].filter(
        (place) => place !== undefined,
      ),
      message: `${words.maxRequests} ${limit.value} (${cite(limit.place)}) is below what one pod does: ${reason}. The rest is answered ${flow.transport.unavailable} by its own sidecar.`,
      fix: `${words.maxRequests}: ${2 ** Math.ceil(Math.log2(needed))}`,
      edits: setValue(limit, 2 ** Math.ceil(Math.log2(needed))),
    },
  ];
}

import { resolve as resolvePath } from 'node:path';

import { replaceDurably } from '../io/durable.js';
import type { Host } from '../io/host.js';
import { accessOf } from '../explain/access.js';
import { explainFlow } from '../explain/explain-flow.js';
import { unknownOf } from '../explain/layers.js';
import { exitCodes } from '../model/errors.js';
import { explainDocument } from '../report/explain/document.js';
import { formatExplained } from '../report/explain/text.js';
import { describeUnread, formatUnread } from '../report/unread.js';
import { podsOf } from '../flow/workloads.js';
import type { Outcome } from './outcome.js';
import { readCalls, type CallOptions } from './read-calls.js';

export type ExplainFlags = CallOptions & {
  /** Calls a second. */
  readonly rps?: number | undefined;
  readonly html?: string | undefined;
};

/** Where the page of a run without `--rps` begins, calls a second. */
const FIRST_RATE = 100;

/**
 * `explain`: what happens to one call to each upstream, at worst and in each case. Manifests that cannot be read are
 * named, and the exit code is 2.
 */
export async function explain(flags: ExplainFlags, host: Host): Promise<Outcome> {
  const { service, composition, flows, unread } = await readCalls(flags, host);
  const access = accessOf(composition);
  if (flags.html !== undefined) {
    const { explainPage } = await import('../report/page/page.js');
    const pods = podsOf(composition);
    const page = explainPage({
      service,
      upstreams: flows.map((flow) => ({
        flow,
        access,
        pods,
        queries: composition.meshes.queries(flow),
        unknown: unknownOf(composition, flow.name),
      })),
      choice: { rate: flags.rps ?? FIRST_RATE, fault: 'bad-replica', share: 0.5, seed: 1 },
    });
    replaceDurably(resolvePath(host.cwd, flags.html), page);
  }
  const upstreams = flows.map((flow) =>
    explainFlow(flow, access, {
      rate: flags.rps,
      queries: composition.meshes.queries(flow),
      unknown: unknownOf(composition, flow.name),
    }),
  );
  return {
    exitCode: unread.problems.length === 0 ? exitCodes.clean : exitCodes.usage,
    document: { ...explainDocument(upstreams), ...describeUnread(unread) },
    text: (page) =>
      [
        ...formatUnread(unread, page.style),
        ...(flags.html === undefined
          ? upstreams.map((upstream) => formatExplained(service, upstream, page))
          : [`written: ${flags.html}\n`]),
      ].join('\n'),
  };
}

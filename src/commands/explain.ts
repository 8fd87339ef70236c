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
import { chooseCalls, type TargetOptions } from './choose-calls.js';
import type { Outcome } from './outcome.js';
import { unsaidAbout, type DeclaredCalls } from './read-calls.js';

export type ExplainFlags = TargetOptions & {
  /** Calls a second. */
  readonly rps?: number | undefined;
  readonly html?: string | undefined;
};

/** Where the page of a run without `--rps` begins, calls a second. */
export const FIRST_RATE = 100;

/**
 * `explain`: what happens to one call to each upstream, or to one host, at worst and in each case. Manifests that
 * cannot be read are named, and the exit code is 2.
 *
 * @param target an upstream's name, or a host
 * @param paths of manifests; none is the current folder
 */
export async function explain(
  target: string | undefined,
  { paths, flags, host }: { paths: readonly string[]; flags: ExplainFlags; host: Host },
): Promise<Outcome> {
  const chosen = await chooseCalls(target, paths, { options: flags, host });
  if (chosen.kind === 'service') return await explainService(chosen.calls, flags, host);
  const { explainHost } = await import('./explain-host.js');
  return await explainHost(chosen.calls, flags, host);
}

async function explainService(
  calls: DeclaredCalls,
  flags: ExplainFlags,
  host: Host,
): Promise<Outcome> {
  const { service, composition, flows, unread } = calls;
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
        unsaid: unsaidAbout(calls, flow.name),
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
      unsaid: unsaidAbout(calls, flow.name),
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

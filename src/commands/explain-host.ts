import { resolve as resolvePath } from 'node:path';

import { explainCall } from '../explain/explain-call.js';
import { replaceDurably } from '../io/durable.js';
import type { Host } from '../io/host.js';
import { exitCodes } from '../model/errors.js';
import { rules } from '../meshes/found/rules.js';
import { callDocument } from '../report/explain/call-document.js';
import { formatCall } from '../report/explain/call-text.js';
import { describeUnread, formatUnread } from '../report/unread.js';
import { runRulesAlone } from '../rules/run-rules.js';
import type { ExplainFlags } from './explain.js';
import type { Outcome } from './outcome.js';
import type { HostCalls } from './read-host-calls.js';

/** Where the page of a run without `--rps` begins, calls a second. */
const FIRST_RATE = 100;

/** `explain HOST`: what acts on calls to a host, what follows for one of them, and what `check` finds about it. */
export async function explainHost(
  calls: HostCalls,
  { rps, html }: ExplainFlags,
  host: Host,
): Promise<Outcome> {
  const { composition, unread } = calls;
  if (html !== undefined) {
    const choice = { rate: rps ?? FIRST_RATE, fault: 'bad-replica', share: 0.5, seed: 1 } as const;
    const { pageOfHost } = await import('./page-of-host.js');
    replaceDurably(resolvePath(host.cwd, html), pageOfHost(calls, choice));
  }
  const { findings } = runRulesAlone(composition, rules);
  const { retries, call } = calls.flows[0];
  const attemptTimeout = retries?.values.perTryTimeout;
  const application = {
    tries: retries?.values.tries,
    timeout: call?.values.timeout,
    attemptTimeout: attemptTimeout?.value === 0 ? undefined : attemptTimeout,
  };
  const explained = calls.flows.map((flow) =>
    explainCall(flow, {
      caller: calls.caller.title,
      carried: calls.carried,
      all: composition.all,
      application: flow.through === 'gateway' ? undefined : application,
      rate: rps,
      // Its own metrics are those of generated services.
      queries: composition.meshes.queries({ ...flow, retries: undefined, breaker: undefined }),
      findings,
      repeated: calls.repeated,
      assumptions: calls.assumptions,
    }),
  );
  return {
    exitCode: unread.problems.length === 0 ? exitCodes.clean : exitCodes.usage,
    document: { ...callDocument(explained), ...describeUnread(unread) },
    text: (page) =>
      [
        ...formatUnread(unread, page.style),
        ...(html === undefined
          ? explained.map((call) => formatCall(call, page))
          : [`written: ${html}\n`]),
      ].join('\n'),
  };
}

import { resolve as resolvePath } from 'node:path';

import { replaceDurably } from '../io/durable.js';
import type { Host } from '../io/host.js';
import { explainFlow } from '../mesh/explain/explain-flow.js';
import { exitCodes } from '../model/errors.js';
import { explainDocument } from '../report/explain/document.js';
import { explainHtml } from '../report/explain/html.js';
import { formatExplained } from '../report/explain/text.js';
import type { Outcome } from './outcome.js';
import { readCalls, type CallOptions } from './read-calls.js';

export type ExplainFlags = CallOptions & {
  /** Calls a second. */
  readonly rps?: number | undefined;
  readonly html?: string | undefined;
};

/** `explain`: what happens to one call to each upstream, at worst and in each case. */
export function explain(flags: ExplainFlags, host: Host): Outcome {
  const { service, composition, flows } = readCalls(flags, host);
  const upstreams = flows.map((flow) => explainFlow(flow, composition, flags.rps));
  if (flags.html !== undefined)
    replaceDurably(resolvePath(host.cwd, flags.html), explainHtml(service, upstreams));
  return {
    exitCode: exitCodes.clean,
    document: explainDocument(upstreams),
    text: (page) =>
      flags.html === undefined
        ? upstreams.map((upstream) => formatExplained(service, upstream, page)).join('\n')
        : `written: ${flags.html}\n`,
  };
}

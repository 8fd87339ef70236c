import { resolve as resolvePath } from 'node:path';

import { replaceDurably } from '../io/durable.js';
import type { Host } from '../io/host.js';
import { accessOf } from '../explain/access.js';
import { unknownOf } from '../explain/layers.js';
import { policyOf, scenarioOf, variantsOf, type Fault } from '../simulate/scenario.js';
import { simulate as runSimulation } from '../simulate/simulate.js';
import { exitCodes } from '../model/errors.js';
import type { NamedRun } from '../report/page/outage.js';
import { formatSimulation, simulationDocument } from '../report/simulation.js';
import { describeUnread, formatUnread } from '../report/unread.js';
import { podsOf } from '../flow/workloads.js';
import type { Outcome } from './outcome.js';
import { readCalls, type CallOptions } from './read-calls.js';

export type SimulateFlags = Omit<CallOptions, 'upstream'> & {
  readonly fault: Fault;
  readonly rps: number;
  readonly seed: number;
  readonly share: number;
  readonly html?: string | undefined;
};

/** `simulate`: an outage of an upstream, with both layers and with each of them left out. */
export async function simulate(
  upstream: string,
  flags: SimulateFlags,
  host: Host,
): Promise<Outcome> {
  const { service, composition, flows, unread } = await readCalls({ ...flags, upstream }, host);
  const [flow] = flows;
  if (flow === undefined) throw new Error(`${upstream} is declared and has no flow`);
  const pods = podsOf(composition);
  const policy = policyOf(flow, pods);
  const { fault, rps: rate, share, seed } = flags;
  const scenario = scenarioOf({ fault, rate, share, seed, replicas: policy.replicas });
  const runs: NamedRun[] = variantsOf(policy).map(({ name, policy: variant }) => ({
    name,
    run: runSimulation(variant, scenario),
  }));
  if (flags.html !== undefined) {
    const { explainPage } = await import('../report/page/page.js');
    const queries = composition.meshes.queries(flow);
    const unknown = unknownOf(composition, flow.name);
    const model = { flow, access: accessOf(composition), pods, queries, unknown };
    const page = explainPage({
      service,
      upstreams: [model],
      choice: { rate, fault, share, seed },
    });
    replaceDurably(resolvePath(host.cwd, flags.html), page);
  }
  return {
    exitCode: unread.problems.length === 0 ? exitCodes.clean : exitCodes.usage,
    document: { ...simulationDocument(flow, scenario, runs), ...describeUnread(unread) },
    text: (page) =>
      [...formatUnread(unread, page.style), formatSimulation(flow, scenario, runs, page)].join(
        '\n',
      ),
  };
}

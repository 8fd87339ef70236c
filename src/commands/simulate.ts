import { resolve as resolvePath } from 'node:path';

import { replaceDurably } from '../io/durable.js';
import type { Host } from '../io/host.js';
import { accessOf } from '../explain/access.js';
import { unknownOf } from '../explain/layers.js';
import { policyOf, scenarioOf, variantsOf, type Fault } from '../simulate/scenario.js';
import { simulate as runSimulation } from '../simulate/simulate.js';
import { exitCodes } from '../model/errors.js';
import type { NamedRun } from '../report/page/outage.js';
import type { PageInput } from '../report/page/page.js';
import { formatSimulation, simulationDocument } from '../report/simulation.js';
import { describeUnread, formatUnread, type Unread } from '../report/unread.js';
import type { Flow } from '../flow/flow.js';
import { podsOf } from '../flow/workloads.js';
import { chooseCalls, type ChosenCalls, type TargetOptions } from './choose-calls.js';
import type { Outcome } from './outcome.js';
import { unsaidAbout, type DeclaredCalls } from './read-calls.js';

export type SimulateFlags = TargetOptions & {
  readonly fault: Fault;
  readonly rps: number;
  readonly seed: number;
  readonly share: number;
  readonly html?: string | undefined;
};

/** The call that is simulated. */
type Target = {
  readonly name: string;
  readonly flow: Flow;
  /** Pods that call. */
  readonly pods: number;
  readonly unread: Unread;
  /** What the runs rest on and no file says. */
  readonly assumptions: readonly string[];
  readonly isApplicationKnown: boolean;
  readonly page: (choice: PageInput['choice']) => Promise<string>;
};

/**
 * `simulate`: an outage of an upstream or a host, with both layers and with each of them left out.
 *
 * @param target an upstream's name, or a host
 * @param paths of manifests; none is the current folder
 */
export async function simulate(
  target: string,
  { paths, flags, host }: { paths: readonly string[]; flags: SimulateFlags; host: Host },
): Promise<Outcome> {
  const chosen = await chooseCalls(target, paths, { options: flags, host });
  const { name, flow, pods, unread, assumptions, isApplicationKnown, page } =
    await targetOf(chosen);
  const policy = policyOf(flow, pods);
  const { fault, rps: rate, share, seed } = flags;
  const scenario = scenarioOf({ fault, rate, share, seed, replicas: policy.replicas });
  const runs: NamedRun[] = variantsOf(policy, { isApplicationKnown }).map(
    ({ name: title, policy: variant }) => ({ name: title, run: runSimulation(variant, scenario) }),
  );
  if (flags.html !== undefined) {
    replaceDurably(resolvePath(host.cwd, flags.html), await page({ rate, fault, share, seed }));
  }
  return {
    exitCode: unread.problems.length === 0 ? exitCodes.clean : exitCodes.usage,
    document: {
      ...simulationDocument(flow, scenario, runs),
      assumptions: [...assumptions],
      ...describeUnread(unread),
    },
    text: (output) =>
      [
        ...formatUnread(unread, output.style),
        formatSimulation(flow, scenario, runs, { ...output, name, assumptions }),
      ].join('\n'),
  };
}

async function targetOf(chosen: ChosenCalls): Promise<Target> {
  if (chosen.kind === 'service') return targetInService(chosen.calls);
  const { targetByHost } = await import('./simulated-host.js');
  return targetByHost(chosen.calls);
}

function targetInService(calls: DeclaredCalls): Target {
  const { service, composition, flows, unread } = calls;
  const [flow] = flows;
  if (flow === undefined) throw new Error('a declared upstream has no flow');
  const pods = podsOf(composition);
  return {
    name: flow.name,
    flow,
    pods,
    unread,
    assumptions: [],
    isApplicationKnown: true,
    page: async (choice) => {
      const { explainPage } = await import('../report/page/page.js');
      const queries = composition.meshes.queries(flow);
      const unknown = unknownOf(composition, flow.name);
      const unsaid = unsaidAbout(calls, flow.name);
      const model = { flow, access: accessOf(composition), pods, queries, unknown, unsaid };
      return explainPage({ service, upstreams: [model], choice });
    },
  };
}

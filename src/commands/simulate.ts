import { resolve as resolvePath } from 'node:path';

import { replaceDurably } from '../io/durable.js';
import type { Host } from '../io/host.js';
import {
  policyOf,
  withoutApp,
  withoutMesh,
  type Fault,
  type Scenario,
} from '../mesh/simulate/scenario.js';
import { simulate as runSimulation } from '../mesh/simulate/simulate.js';
import { exitCodes } from '../model/errors.js';
import {
  formatSimulation,
  simulationDocument,
  simulationHtml,
  type NamedRun,
} from '../report/simulation.js';
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
export function simulate(upstream: string, flags: SimulateFlags, host: Host): Outcome {
  const { composition, flows } = readCalls({ ...flags, upstream }, host);
  const [flow] = flows;
  if (flow === undefined) throw new Error(`${upstream} is declared and has no flow`);
  const policy = policyOf(flow, composition);
  const scenario: Scenario = {
    fault: flags.fault,
    rate: flags.rps,
    from: 10_000,
    to: 30_000,
    end: 60_000,
    workTime: 20,
    // Three times what is offered can be worked on.
    capacity: Math.max(2, Math.ceil((flags.rps * 0.02 * 3) / policy.replicas)),
    share: flags.share,
    seed: flags.seed,
  };
  const runs: NamedRun[] = [
    { name: 'as declared', run: runSimulation(policy, scenario) },
    { name: 'without the mesh', run: runSimulation(withoutMesh(policy), scenario) },
    { name: 'without the application', run: runSimulation(withoutApp(policy), scenario) },
  ];
  if (flags.html !== undefined) {
    replaceDurably(resolvePath(host.cwd, flags.html), simulationHtml(upstream, scenario, runs));
  }
  return {
    exitCode: exitCodes.clean,
    document: simulationDocument(scenario, runs),
    text: (page) => formatSimulation(upstream, scenario, runs, page),
  };
}

import { replicasOfWorkload } from '../flow/workloads.js';
import { inputError } from '../model/errors.js';
import { plural, quote } from '../model/text.js';
import { pageOfHost } from './page-of-host.js';
import type { HostCalls } from './read-host-calls.js';

/** Pods that call, or replicas that answer, where no manifest says. */
const ASSUMED = 3;

/**
 * The calls to a host as `simulate` plays them, with all that it has to assume.
 *
 * @throws ToolError `no-requests` (exit 2) for a port whose bytes proxies pass on
 */
export function targetByHost(calls: HostCalls) {
  const { host, caller, flows, carried, composition, unread } = calls;
  const [flow] = flows;
  if (carried.as === 'bytes') {
    throw inputError(
      'no-requests',
      `${quote(flow.port === undefined ? host : `${host}:${flow.port}`)} carries ${carried.word}: there are no requests to simulate.`,
      'Name another port of the host, as HOST:PORT, or see what acts on its connections: npx meshwright explain HOST',
    );
  }
  const { workload } = caller;
  const pods =
    workload === undefined ? undefined : replicasOfWorkload(workload, composition.all)?.value;
  const isApplicationKnown = flow.retries !== undefined;
  return {
    name: `${caller.title} → ${host}`,
    flow,
    pods: pods ?? ASSUMED,
    unread,
    assumptions: [
      ...calls.assumptions,
      ...(pods === undefined
        ? [`No manifest says how many pods call: ${plural(ASSUMED, 'pod')} assumed.`]
        : []),
      ...(flow.replicas === undefined
        ? [`No manifest says how many replicas ${host} has: ${ASSUMED} assumed.`]
        : []),
      ...(isApplicationKnown
        ? []
        : ["The application's retries are unknown and not played (--app-tries)."]),
      ...(flow.call === undefined
        ? ["The application's deadline is unknown and not played (--app-timeout)."]
        : []),
      ...(isApplicationKnown ? ['Its pauses between tries are unknown and not played.'] : []),
    ],
    isApplicationKnown,
    page: (choice: Parameters<typeof pageOfHost>[1]) => Promise.resolve(pageOfHost(calls, choice)),
  };
}

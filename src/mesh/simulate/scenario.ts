import type { Composition, Flow } from '../../rules/composition.js';
import { isRetriedByApp, isRetriedByMesh, type FailureClass } from '../../rules/failure-class.js';
import { routesFor } from '../../rules/reached.js';
import { replicasOfWorkload } from '../../rules/workloads.js';

/** How the upstream fails. */
export const faults = ['errors', 'bad-replica', 'slow', 'gone'] as const;
export type Fault = (typeof faults)[number];

export type Scenario = {
  readonly fault: Fault;
  /** Calls a second of the whole service. */
  readonly rate: number;
  /** The fault lasts from `from` to `to`, the run to `end`; ms */
  readonly from: number;
  readonly to: number;
  readonly end: number;
  /** Mean time of one request at the upstream, ms. */
  readonly workTime: number;
  /** Requests that one replica of the upstream works on at once. */
  readonly capacity: number;
  /** Share of errors, 0 to 1, with the fault `errors`. */
  readonly share: number;
  readonly seed: number;
};

/** What acts on a GET, in numbers; 0 ms means no limit. */
export type SimulatedPolicy = {
  /** Pods of the service, each with a breaker and a sidecar of its own. */
  readonly pods: number;
  readonly replicas: number;
  readonly deadline: number;
  readonly tries: number;
  readonly perTryTimeout: number;
  readonly backoffInitial: number;
  readonly backoffMax: number;
  readonly isRetriedByApp: (failure: FailureClass) => boolean;
  readonly breaker:
    | {
        readonly ratio: number;
        readonly minimum: number;
        readonly window: number;
        readonly openFor: number;
        readonly probes: number;
      }
    | undefined;
  readonly meshTimeout: number;
  readonly meshPerTry: number;
  readonly meshAttempts: number;
  readonly isRetriedByMesh: (failure: FailureClass) => boolean;
  readonly maxRequests: number;
  readonly ejection:
    | {
        readonly errors: number;
        readonly interval: number;
        readonly base: number;
        readonly most: number;
      }
    | undefined;
};

/** The policies that are declared for calls to an upstream. */
export function policyOf(flow: Flow, { all, workload }: Composition): SimulatedPolicy {
  const { retries, breaker, call, policy } = flow;
  const route = routesFor(flow, { method: 'GET', hasKey: false }).at(-1);
  const { pool, outlier } = policy?.values ?? {};
  const replicas = flow.replicas?.value ?? 3;
  return {
    pods: workload === undefined ? 3 : replicasOfWorkload(workload, all).value,
    replicas,
    deadline: call?.values.timeout.value ?? 0,
    tries: retries?.values.tries.value ?? 1,
    perTryTimeout: retries?.values.perTryTimeout.value ?? 0,
    backoffInitial: retries?.values.backoffInitial.value ?? 0,
    backoffMax: retries?.values.backoffMax.value ?? 0,
    isRetriedByApp: (failure) => retries !== undefined && isRetriedByApp(retries, failure),
    breaker:
      breaker === undefined
        ? undefined
        : {
            ratio: breaker.values.failureRatio.value,
            minimum: breaker.values.minimumRequests.value,
            window: breaker.values.window.value,
            openFor: breaker.values.openFor.value,
            probes: breaker.values.halfOpenRequests.value,
          },
    meshTimeout: route?.values.timeout.value ?? 0,
    meshPerTry: route?.values.perTryTimeout.value ?? 0,
    meshAttempts: route?.values.attempts.value ?? 2,
    isRetriedByMesh: (failure) =>
      isRetriedByMesh(
        route?.values.retryOn.value ?? ['connect-failure', 'refused-stream'],
        failure,
      ),
    maxRequests: pool?.http2MaxRequests.value ?? Infinity,
    ejection:
      outlier === undefined || outlier.consecutive5xxErrors.value === 0
        ? undefined
        : {
            errors: outlier.consecutive5xxErrors.value,
            interval: outlier.interval.value,
            base: outlier.baseEjectionTime.value,
            most: Math.floor((outlier.maxEjectionPercent.value * replicas) / 100),
          },
  };
}

/** The same without what the mesh does. */
export function withoutMesh(policy: SimulatedPolicy): SimulatedPolicy {
  return {
    ...policy,
    meshTimeout: 0,
    meshPerTry: 0,
    meshAttempts: 0,
    maxRequests: Infinity,
    ejection: undefined,
  };
}

/** The same without the application's retries and breaker; its deadline stays. */
export function withoutApp(policy: SimulatedPolicy): SimulatedPolicy {
  return { ...policy, tries: 1, perTryTimeout: 0, breaker: undefined };
}

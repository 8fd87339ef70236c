import type { Value } from '../model/control.js';
import type { Flow } from '../flow/flow.js';
import type { FailureClass, Transport } from '../transports/transport.js';
import { isRetriedByApp, isRetriedByMesh } from '../flow/failure-class.js';
import { isOpaque, routesFor, usualRequest } from '../flow/reached.js';

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

/** What acts on a request that may be repeated, in numbers; 0 ms means no limit. */
export type SimulatedPolicy = {
  readonly transport: Transport;
  /** Pods of the service, each with a breaker and a sidecar of its own. */
  readonly pods: number;
  readonly replicas: number;
  /** All pods send through one proxy, which counts their requests together. */
  readonly isShared?: boolean;
  readonly deadline: number;
  readonly tries: number;
  readonly perTryTimeout: number;
  readonly backoffInitial: number;
  readonly backoffMax: number;
  readonly isRetriedByApp: (failure: FailureClass) => boolean;
  /** Repeats as a share of the calls, 0 to 1; Infinity means that nothing limits them. */
  readonly appBudget: number;
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
  /** First pause of the sidecar, ms. */
  readonly meshBackoff: number;
  /** As of a route. */
  readonly longestPause?: number | undefined;
  readonly isLastTryOpen?: boolean;
  /** How long a call waits while every replica is ejected, ms; absent means not at all. */
  readonly failFast?: number;
  readonly isRetriedByMesh: (failure: FailureClass) => boolean;
  readonly maxRequests: number;
  /** Retries at once when there is no budget. */
  readonly maxRetries: number;
  readonly retryBudget: { readonly percent: number; readonly minimum: number } | undefined;
  readonly ejection:
    | {
        readonly errors: number;
        readonly interval: number;
        readonly base: number;
        readonly most: number;
        /** Percent of healthy replicas below which ejection is ignored; 0 means never. */
        readonly panicBelow: number;
        /** Each further ejection doubles the time up to this, ms; 0 or absent means that it grows by itself. */
        readonly doublesTo?: number;
      }
    | undefined;
};

/**
 * The policies that act on requests to an upstream that may be repeated.
 *
 * @param pods replicas of the service itself
 */
export function policyOf(flow: Flow, pods: number): SimulatedPolicy {
  const { retries, breaker, call, policy } = flow;
  // What the sidecar cannot read it neither cuts nor repeats.
  const isRead = !isOpaque(flow);
  const route = routesFor(flow, usualRequest(flow)).at(-1) ?? flow.defaultRoute;
  const { timeout, perTryTimeout, attempts, backoff } = route.values;
  const { pool, retryBudget } = policy?.values ?? {};
  const replicas = flow.replicas?.value ?? 3;
  return {
    transport: flow.transport,
    pods,
    replicas,
    isShared: flow.through === 'shared',
    deadline: call?.values.timeout.value ?? 0,
    tries: retries?.values.tries.value ?? 1,
    perTryTimeout: retries?.values.perTryTimeout.value ?? 0,
    backoffInitial: retries?.values.backoffInitial.value ?? 0,
    backoffMax: retries?.values.backoffMax.value ?? 0,
    isRetriedByApp: (failure) => isRetriedByApp(flow, failure),
    appBudget: retries?.values.budget?.value ?? Infinity,
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
    meshTimeout: isRead ? timeout.value : 0,
    meshPerTry: isRead ? perTryTimeout.value : 0,
    meshAttempts: isRead ? attempts.value : 0,
    meshBackoff: backoff.value,
    longestPause: route.values.longestPause,
    isLastTryOpen: route.values.isLastTryOpen === true,
    failFast: flow.failFast?.value ?? 0,
    isRetriedByMesh: (failure) => isRetriedByMesh(route, failure),
    maxRequests: isRead ? limitOf(pool?.http2MaxRequests) : Infinity,
    maxRetries: limitOf(pool?.maxRetries),
    retryBudget:
      retryBudget === undefined
        ? undefined
        : { percent: retryBudget.percent.value, minimum: retryBudget.minimum.value },
    ejection: ejectionOf(flow, replicas),
  };
}

/** Istio takes 0 for unset. */
function limitOf(limit: Value<number> | undefined): number {
  return limit === undefined || limit.value === 0 ? Infinity : limit.value;
}

/** Every failure here is a gateway error too: the smaller of the two counts ejects. */
function ejectionOf({ policy }: Flow, replicas: number): SimulatedPolicy['ejection'] {
  const outlier = policy?.values.outlier;
  if (outlier === undefined) return undefined;
  const { consecutive5xxErrors, consecutiveGatewayErrors } = outlier;
  const limits = [consecutive5xxErrors.value, consecutiveGatewayErrors.value].filter(
    (errors) => errors > 0,
  );
  if (limits.length === 0) return undefined;
  return {
    errors: Math.min(...limits),
    interval: outlier.interval.value,
    base: outlier.baseEjectionTime.value,
    most: Math.floor((outlier.maxEjectionPercent.value * replicas) / 100),
    panicBelow: outlier.minHealthPercent.value,
    doublesTo: outlier.doublesTo?.value ?? 0,
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
    maxRetries: Infinity,
    retryBudget: undefined,
    ejection: undefined,
    failFast: 0,
  };
}

/** The same without the application's retries and breaker; its deadline stays. */
export function withoutApp(policy: SimulatedPolicy): SimulatedPolicy {
  return { ...policy, tries: 1, perTryTimeout: 0, breaker: undefined };
}

/**
 * One policy played as it is and with each layer switched off, under one scenario.
 *
 * @param options.isApplicationKnown false where nothing says that the application repeats anything
 */
export function variantsOf(
  policy: SimulatedPolicy,
  { isApplicationKnown = true }: { readonly isApplicationKnown?: boolean } = {},
): readonly { readonly name: string; readonly policy: SimulatedPolicy }[] {
  if (!isApplicationKnown)
    return [
      { name: 'with the mesh', policy },
      { name: 'without the mesh', policy: withoutMesh(policy) },
    ];
  return [
    { name: 'as declared', policy },
    { name: 'without the mesh', policy: withoutMesh(policy) },
    { name: 'without the application', policy: withoutApp(policy) },
  ];
}

/** An outage from 10 s to 30 s of a minute, of an upstream that can work on three times what is offered. */
export function scenarioOf({
  replicas,
  ...given
}: Pick<Scenario, 'fault' | 'rate' | 'share' | 'seed'> & { readonly replicas: number }): Scenario {
  const workTime = 20;
  return {
    ...given,
    from: 10_000,
    to: 30_000,
    end: 60_000,
    workTime,
    capacity: Math.max(2, Math.ceil((given.rate * workTime * 3) / 1_000 / replicas)),
  };
}

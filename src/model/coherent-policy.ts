/**
 * The one coherent policy: what any mesh should do, computed from what the application does.
 * All durations are in ms, shares in percent, and `tries` counts the first try. How a mesh says it is the mesh's.
 * The reasons stand in docs/decisions/0003-one-retry-owner.md.
 */

import { ERRORS_BEFORE_EJECTION, floorTo } from './policy.js';

/** How far a mesh timeout lies under the application's, so that a hanging replica is ejected (measured). */
const MESH_MARGIN = 50;
const CONNECT_TIMEOUT = 400;
/** Connection failures, which nobody has processed: safe to repeat for every method. */
export const SAFE_FAILURES = ['connect-failure', 'refused-stream', 'reset-before-request'] as const;
const SAFE_TRIES = 3;
const PRE_STOP = 5_000;
/** After which the code of the templates closes idle connections. */
const IDLE_TIMEOUT = 90_000;
/** Where nothing waits before the signal, callers learn within this time that the service is going. */
const SHUTDOWN_DELAY = 5_000;

/** When a proxy stops sending to one replica, and for how long. */
export type Ejection = {
  /** Failed answers in a row. */
  readonly errors: number;
  /** How often replicas are judged. */
  readonly interval: number;
  /** For how long a replica gets nothing, the first time. */
  readonly time: number;
  /** Of the replicas, at once. */
  readonly maxPercent: number;
};

/** For callers that bring no rule of their own, too. */
export const EJECTION: Ejection = {
  errors: ERRORS_BEFORE_EJECTION,
  interval: 5_000,
  time: 30_000,
  // Half takes out one of 2 or 3, and never all.
  maxPercent: 50,
};

/** What the application does with calls to one upstream. */
export type AppRetries = {
  readonly tries: number;
  readonly perTryTimeout: number;
  readonly backoffInitial: number;
  readonly backoffMax: number;
};

export type UpstreamPolicy = {
  /** True when the application repeats calls to it, so that the mesh must not. */
  readonly repeated: boolean;
  readonly appTries: number;
  readonly perTryTimeout: number;
  /** Timeout of the requests that the application repeats; 0 means none. */
  readonly repeatedTimeout: number;
  /** Timeout of the others; 0 means none. */
  readonly otherTimeout: number;
  /** Tries of the others, where a try failed in a way of `safeFailures`. */
  readonly safeTries: number;
  /** Ways of failing after which nobody has seen the request. */
  readonly safeFailures: readonly string[];
  readonly connectTimeout: number;
  /** Undefined where there is no replica to spare. */
  readonly ejection: Ejection | undefined;
};

export type ServicePolicy = {
  readonly requestTimeout: number;
  readonly readTimeout: number;
  readonly readHeaderTimeout: number;
  readonly writeTimeout: number;
  readonly idleTimeout: number;
  /** After which a proxy closes idle connections: before the process does. */
  readonly meshIdleTimeout: number;
  readonly preStop: number;
  /** From the signal until the process takes no further requests, where the manifests do not say. */
  readonly shutdownDelay: number;
  /** The same in our manifests: preStop has waited already, unless somebody asks for more. */
  readonly podShutdownDelay: number;
  readonly shutdownTimeout: number;
  /** From the start of preStop until the last request is answered. */
  readonly stopping: number;
  readonly gracePeriod: number;
  /** Connections that the application opens to one upstream. */
  readonly appConnections: number;
  /** Requests of one proxy to one host at once. */
  readonly maxRequests: number;
  /** Requests that wait for a connection at once. */
  readonly maxPending: number;
  readonly retryBudget: {
    /** Percent of the requests in flight. */
    readonly percent: number;
    /** Repeats at once that are always allowed. */
    readonly minimum: number;
  };
};

/** The mesh's side of one upstream. */
export function upstreamPolicy(
  upstream: { readonly timeout: number; readonly replicas: number; readonly stream: boolean },
  app: AppRetries | undefined,
): UpstreamPolicy {
  const tries = app?.tries ?? 1;
  const perTryTimeout = tries > 1 && app !== undefined ? app.perTryTimeout : upstream.timeout;
  const repeatedTimeout = perTryTimeout - MESH_MARGIN;
  const otherTimeout = upstream.timeout - MESH_MARGIN;
  return {
    repeated: tries > 1,
    appTries: tries,
    perTryTimeout,
    repeatedTimeout: upstream.stream ? 0 : repeatedTimeout,
    otherTimeout: upstream.stream ? 0 : otherTimeout,
    safeTries: SAFE_TRIES,
    safeFailures: SAFE_FAILURES,
    connectTimeout: connectTimeout(upstream.timeout, repeatedTimeout),
    ejection: upstream.replicas > 1 ? EJECTION : undefined,
  };
}

/** What scaffold.yaml says of how the process serves, ms; the rest is ours to choose. */
export type Declared = {
  readonly shutdownDelay?: number | undefined;
  readonly shutdownTimeout?: number | undefined;
  readonly idleTimeout?: number | undefined;
};

/** The service's own timeouts, from the deadline of an incoming request and what was asked for. */
export function servicePolicy(
  requestTimeout: number,
  { shutdownDelay, idleTimeout = IDLE_TIMEOUT, ...declared }: Declared = {},
): ServicePolicy {
  const shutdownTimeout =
    declared.shutdownTimeout ?? ceilTo(1_000, Math.max(20_000, requestTimeout + 5_000));
  const podShutdownDelay = shutdownDelay ?? 0;
  const stopping = ceilTo(1_000, PRE_STOP + podShutdownDelay + shutdownTimeout);
  return {
    requestTimeout,
    readTimeout: requestTimeout,
    readHeaderTimeout: 5_000,
    writeTimeout: requestTimeout + 5_000,
    idleTimeout,
    // Two thirds of it at the most, so that the sidecar closes first.
    meshIdleTimeout: Math.max(500, Math.min(60_000, floorTo(500, (idleTimeout * 2) / 3))),
    preStop: PRE_STOP,
    shutdownDelay: shutdownDelay ?? SHUTDOWN_DELAY,
    podShutdownDelay,
    shutdownTimeout,
    stopping,
    gracePeriod: stopping + 5_000,
    appConnections: 256,
    maxRequests: 1_024,
    maxPending: 1_024,
    retryBudget: { percent: 20, minimum: 3 },
  };
}

/**
 * All retries of a failed connect must fit into the call: tries·x + 100 ms ≤ Tc − 50 ms, and one connect into one
 * try.
 */
function connectTimeout(callTimeout: number, repeatedTimeout: number): number {
  const allTries = floorTo(10, (callTimeout - MESH_MARGIN - 100) / SAFE_TRIES);
  return Math.min(CONNECT_TIMEOUT, allTries, floorTo(10, repeatedTimeout - 10));
}

function ceilTo(step: number, value: number): number {
  return Math.ceil(value / step) * step;
}

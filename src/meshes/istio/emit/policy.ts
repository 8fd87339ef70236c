/**
 * The one coherent policy: what the mesh does, computed from what the application does.
 * All durations are in ms. `tries` counts the first try; `attempts` is Istio's word and counts retries.
 * The reasons stand in docs/decisions/0003-one-retry-owner.md; facts about Istio carry their source.
 */

import { ERRORS_BEFORE_EJECTION, floorTo } from '../../../model/policy.js';

/** How far a mesh timeout lies under the application's, so that a hanging replica is ejected (measured). */
const MESH_MARGIN = 50;
const CONNECT_TIMEOUT = 400;
/** Connection failures, which nobody has processed: safe to repeat for every method. */
export const SAFE_RETRY_ON = 'connect-failure,refused-stream,reset-before-request';
const SAFE_ATTEMPTS = 2;
const PRE_STOP = 5_000;
/** After which the code of the templates closes idle connections. */
const IDLE_TIMEOUT = 90_000;
/** Where nothing waits before the signal, callers learn within this time that the service is going. */
const SHUTDOWN_DELAY = 5_000;

/** When a proxy stops sending to one replica, and for how long. */
export const EJECTION = {
  consecutive5xxErrors: ERRORS_BEFORE_EJECTION,
  interval: 5_000,
  baseEjectionTime: 30_000,
  // Envoy ejects while 100·(ejected+1)/N ≤ P: 50 takes out one of 2 or 3 and never all.
  maxEjectionPercent: 50,
  minHealthPercent: 0,
} as const;

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
  /** Timeout of the route that the application repeats; 0 means none. */
  readonly repeatedTimeout: number;
  /** Timeout of the other route; 0 means none. */
  readonly otherTimeout: number;
  /** Istio's `attempts` on the other route: retries, not tries. */
  readonly otherAttempts: number;
  readonly retryOn: string;
  readonly connectTimeout: number;
  readonly ejection: boolean;
  readonly consecutive5xxErrors: number;
  readonly interval: number;
  readonly baseEjectionTime: number;
  /** Percent. */
  readonly maxEjectionPercent: number;
  /** Percent. */
  readonly minHealthPercent: number;
};

export type ServicePolicy = {
  readonly requestTimeout: number;
  readonly readTimeout: number;
  readonly readHeaderTimeout: number;
  readonly writeTimeout: number;
  readonly idleTimeout: number;
  readonly meshIdleTimeout: number;
  readonly preStop: number;
  /** From the signal until the process takes no further requests, where the manifests do not say. */
  readonly shutdownDelay: number;
  /** The same in our manifests: preStop has waited already, unless somebody asks for more. */
  readonly podShutdownDelay: number;
  readonly shutdownTimeout: number;
  readonly gracePeriod: number;
  readonly terminationDrainDuration: number;
  readonly drainDuration: number;
  /** Connections that the application opens to one upstream. */
  readonly appConnections: number;
  readonly http2MaxRequests: number;
  readonly http1MaxPendingRequests: number;
  /** Percent of the requests in flight. */
  readonly retryBudgetPercent: number;
  readonly retryBudgetMin: number;
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
    otherAttempts: SAFE_ATTEMPTS,
    retryOn: SAFE_RETRY_ON,
    connectTimeout: connectTimeout(upstream.timeout, repeatedTimeout),
    ejection: upstream.replicas > 1,
    ...EJECTION,
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
    gracePeriod: stopping + 5_000,
    terminationDrainDuration: stopping,
    drainDuration: Math.max(45_000, stopping),
    appConnections: 256,
    http2MaxRequests: 1_024,
    http1MaxPendingRequests: 1_024,
    retryBudgetPercent: 20,
    retryBudgetMin: 3,
  };
}

/**
 * All retries of a failed connect must fit into the route: (1 + retries)·x + 100 ms ≤ Tc − 50 ms,
 * and one connect into one try. Istio's own default, 10 s, would eat every retry.
 */
function connectTimeout(callTimeout: number, repeatedTimeout: number): number {
  const allTries = floorTo(10, (callTimeout - MESH_MARGIN - 100) / (1 + SAFE_ATTEMPTS));
  return Math.min(CONNECT_TIMEOUT, allTries, floorTo(10, repeatedTimeout - 10));
}

function ceilTo(step: number, value: number): number {
  return Math.ceil(value / step) * step;
}

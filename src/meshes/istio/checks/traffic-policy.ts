import { formatPath, type Problem, type ValuePath } from '../../../manifests/manifest-file.js';
import { problem, warning } from '../../../manifests/problem.js';
import {
  checkDuration,
  checkNotNegative,
  checkPercent,
  checkPort,
} from '../../../manifests/values.js';

import { checkLocality, type LocalityLb } from './locality.js';

export type ConnectionPool = {
  readonly tcp?: {
    readonly maxConnections?: number;
    readonly connectTimeout?: string;
    readonly idleTimeout?: string;
    readonly maxConnectionDuration?: string;
    readonly tcpKeepalive?: { readonly time?: string; readonly interval?: string };
  };
  readonly http?: {
    readonly http1MaxPendingRequests?: number;
    readonly http2MaxRequests?: number;
    readonly maxRequestsPerConnection?: number;
    readonly maxRetries?: number;
    readonly maxConcurrentStreams?: number;
    readonly idleTimeout?: string;
    readonly h2UpgradePolicy?: string;
    readonly useClientProtocol?: boolean;
  };
};

type OutlierDetection = {
  readonly consecutiveErrors?: number;
  readonly consecutiveLocalOriginFailures?: number | null;
  readonly splitExternalLocalOriginErrors?: boolean;
  readonly interval?: string;
  readonly baseEjectionTime?: string;
  readonly maxEjectionPercent?: number;
  readonly minHealthPercent?: number;
};

type Tls = {
  readonly mode?: string;
  readonly credentialName?: string;
  readonly clientCertificate?: string;
  readonly privateKey?: string;
};

export type TrafficPolicy = {
  readonly connectionPool?: ConnectionPool;
  readonly outlierDetection?: OutlierDetection;
  readonly loadBalancer?: { readonly localityLbSetting?: LocalityLb };
  readonly tls?: Tls;
  readonly retryBudget?: { readonly budgetInterval?: string };
  readonly portLevelSettings?: readonly (TrafficPolicy & {
    readonly port?: { readonly number?: number };
  })[];
};

/** validateTrafficPolicy of Istio 1.31. */
export function* checkTrafficPolicy(at: ValuePath, policy: TrafficPolicy): Generator<Problem> {
  if (Object.keys(policy).filter((key) => key !== 'port').length === 0) {
    yield problem(at, `${formatPath(at)} must set something.`);
  }
  yield* checkConnectionPool([...at, 'connectionPool'], policy.connectionPool);
  yield* checkOutlierDetection([...at, 'outlierDetection'], policy.outlierDetection ?? {});
  yield* checkTls([...at, 'tls'], policy.tls ?? {});
  yield* checkLocality(
    [...at, 'loadBalancer', 'localityLbSetting'],
    policy.loadBalancer?.localityLbSetting,
  );
  yield* checkDuration(
    [...at, 'retryBudget', 'budgetInterval'],
    policy.retryBudget?.budgetInterval,
  );
  for (const [index, own] of (policy.portLevelSettings ?? []).entries()) {
    const place = [...at, 'portLevelSettings', index];
    if (own.port?.number === undefined) {
      yield problem(place, `${formatPath(place)} must have port.number.`);
    }
    yield* checkPort([...place, 'port', 'number'], own.port?.number);
    yield* checkTrafficPolicy(place, own);
  }
}

export function* checkConnectionPool(
  at: ValuePath,
  pool: ConnectionPool | undefined,
): Generator<Problem> {
  if (pool === undefined) return;
  const { tcp, http } = pool;
  if (tcp === undefined && http === undefined) {
    yield problem(at, `${formatPath(at)} must have tcp or http.`);
  }
  yield* checkNotNegative([...at, 'tcp', 'maxConnections'], tcp?.maxConnections);
  for (const key of ['connectTimeout', 'maxConnectionDuration'] as const) {
    yield* checkDuration([...at, 'tcp', key], tcp?.[key]);
  }
  // 0s switches this one off.
  if (tcp?.idleTimeout !== '0s')
    yield* checkDuration([...at, 'tcp', 'idleTimeout'], tcp?.idleTimeout);
  for (const key of ['time', 'interval'] as const) {
    yield* checkDuration([...at, 'tcp', 'tcpKeepalive', key], tcp?.tcpKeepalive?.[key]);
  }
  for (const key of [
    'http1MaxPendingRequests',
    'http2MaxRequests',
    'maxRequestsPerConnection',
    'maxRetries',
    'maxConcurrentStreams',
  ] as const) {
    yield* checkNotNegative([...at, 'http', key], http?.[key]);
  }
  yield* checkDuration([...at, 'http', 'idleTimeout'], http?.idleTimeout);
  if (http?.h2UpgradePolicy === 'UPGRADE' && http.useClientProtocol === true) {
    yield problem(
      [...at, 'http', 'useClientProtocol'],
      'useClientProtocol and h2UpgradePolicy: UPGRADE exclude each other.',
    );
  }
}

function* checkOutlierDetection(at: ValuePath, outlier: OutlierDetection): Generator<Problem> {
  yield* checkDuration([...at, 'interval'], outlier.interval);
  yield* checkDuration([...at, 'baseEjectionTime'], outlier.baseEjectionTime);
  yield* checkPercent([...at, 'maxEjectionPercent'], outlier.maxEjectionPercent);
  yield* checkPercent([...at, 'minHealthPercent'], outlier.minHealthPercent);
  if (outlier.consecutiveErrors !== undefined) {
    yield warning(
      [...at, 'consecutiveErrors'],
      'consecutiveErrors is deprecated; use consecutive5xxErrors or consecutiveGatewayErrors.',
    );
  }
  const local = outlier.consecutiveLocalOriginFailures ?? 0;
  if (local > 0 && outlier.splitExternalLocalOriginErrors !== true) {
    yield problem(
      [...at, 'consecutiveLocalOriginFailures'],
      'consecutiveLocalOriginFailures needs splitExternalLocalOriginErrors: true.',
    );
  }
}

function* checkTls(at: ValuePath, tls: Tls): Generator<Problem> {
  if (tls.mode !== 'MUTUAL' || (tls.credentialName ?? '') !== '') return;
  for (const key of ['clientCertificate', 'privateKey'] as const) {
    if ((tls[key] ?? '') === '')
      yield problem(at, `${formatPath(at)} with mode MUTUAL must have ${key}.`);
  }
}

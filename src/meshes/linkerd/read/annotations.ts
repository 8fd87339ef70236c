import type { Value } from '../../../model/control.js';
import { down, entriesOf, exists, locate, text, type Cursor } from '../../../manifests/cursor.js';
import { isUnresolved } from '../../../flow/selection.js';
import {
  parseAccrual,
  parseCount,
  parseGrpcWords,
  parseLength,
  parseLimit,
  parseRatio,
  parseStatuses,
  type Parsed,
  type StatusRange,
} from './grammar.js';

export const RETRY = 'retry.linkerd.io/';
export const TIMEOUT = 'timeout.linkerd.io/';
const BALANCER = 'balancer.linkerd.io/';
export const ACCRUAL = `${BALANCER}failure-accrual`;

/** Every annotation about calls, with how its value is read. */
const parsers: Readonly<Record<string, (text: string) => Parsed<unknown>>> = {
  [`${RETRY}http`]: parseStatuses,
  [`${RETRY}grpc`]: parseGrpcWords,
  [`${RETRY}limit`]: parseLimit,
  [`${RETRY}timeout`]: parseLength,
  [`${TIMEOUT}request`]: parseLength,
  [`${TIMEOUT}response`]: parseLength,
  [`${TIMEOUT}idle`]: parseLength,
  [ACCRUAL]: parseAccrual,
  [`${ACCRUAL}-consecutive-max-failures`]: parseCount,
  [`${ACCRUAL}-consecutive-min-penalty`]: parseLength,
  [`${ACCRUAL}-consecutive-max-penalty`]: parseLength,
  [`${ACCRUAL}-consecutive-jitter-ratio`]: parseRatio,
};

/** What is repeated, how often beyond the first try, and after what time a try is given up. */
export type RetryPolicy = {
  readonly statuses: Value<readonly StatusRange[]> | undefined;
  /** As written. */
  readonly http: Value<string> | undefined;
  readonly grpc: Value<readonly string[]> | undefined;
  /** As written; what is read of 0 is 1. */
  readonly limit: Value<number>;
  /** ms; it does not hold for the last try. */
  readonly timeout: Value<number> | undefined;
  readonly place: Value<null>['place'];
};

export type TimeoutPolicy = {
  /** ms */
  readonly request: Value<number> | undefined;
  readonly response: Value<number> | undefined;
  readonly idle: Value<number> | undefined;
};

/** The breaker that each proxy keeps for each endpoint. */
export type Accrual = {
  readonly mode: Value<'consecutive' | 'unified'>;
  readonly maxFailures: Value<number>;
  /** ms */
  readonly minPenalty: Value<number>;
  readonly maxPenalty: Value<number>;
  readonly jitter: Value<number>;
};

/** An annotation that Linkerd drops, since it cannot read it. */
export type Unread = {
  readonly name: string;
  readonly value: Value<string>;
  readonly allowed: string;
};

/** What the annotations of one object say. A group of which one cannot be read is dropped whole. */
export type CallAnnotations = {
  readonly retry: RetryPolicy | undefined;
  readonly timeouts: TimeoutPolicy | undefined;
  readonly accrual: Accrual | undefined;
  readonly unread: readonly Unread[];
};

export function readCallAnnotations(object: Cursor): CallAnnotations {
  const annotations = down(object, 'metadata', 'annotations');
  const unread = entriesOf(annotations).flatMap(([name, at]) => unreadAt(name, at));
  const isRead = (prefix: string) => !unread.some(({ name }) => name.startsWith(prefix));
  return {
    retry: isRead(RETRY) ? readRetry(annotations) : undefined,
    timeouts: isRead(TIMEOUT) ? readTimeouts(annotations) : undefined,
    accrual: isRead(BALANCER) ? readAccrual(annotations) : undefined,
    unread,
  };
}

function unreadAt(name: string, at: Cursor): Unread[] {
  const parse = parsers[name];
  const value = text(at);
  if (parse === undefined || isUnresolved(value.value)) return [];
  const parsed = parse(value.value);
  return parsed.kind === 'read' ? [] : [{ name, value, allowed: parsed.allowed }];
}

/** Names with a prefix of Linkerd's that it does not know. */
export function unknownNames(object: Cursor): readonly Cursor[] {
  return entriesOf(down(object, 'metadata', 'annotations')).flatMap(([name, at]) =>
    /^(?:retry|timeout)\.linkerd\.io\//.test(name) && parsers[name] === undefined ? [at] : [],
  );
}

export const knownNames: readonly string[] = Object.keys(parsers);

function valueAt<T>(
  annotations: Cursor,
  name: string,
  parse: (text: string) => Parsed<T>,
): Value<T> | undefined {
  const at = down(annotations, name);
  if (!exists(at)) return undefined;
  const parsed = parse(text(at).value);
  return parsed.kind === 'read'
    ? { value: parsed.value, basis: 'written', place: locate(at) }
    : undefined;
}

function orDefault<T>(
  value: Value<T> | undefined,
  absent: T,
  annotations: Cursor,
  name: string,
): Value<T> {
  return value ?? { value: absent, basis: 'default', place: locate(down(annotations, name)) };
}

function readRetry(annotations: Cursor): RetryPolicy | undefined {
  const statuses = valueAt(annotations, `${RETRY}http`, parseStatuses);
  const grpc = valueAt(annotations, `${RETRY}grpc`, parseGrpcWords);
  const limit = valueAt(annotations, `${RETRY}limit`, parseLimit);
  const timeout = valueAt(annotations, `${RETRY}timeout`, parseLength);
  const first = statuses ?? grpc ?? limit ?? timeout;
  if (first === undefined) return undefined;
  return {
    statuses,
    http: statuses && text(down(annotations, `${RETRY}http`)),
    grpc,
    limit: orDefault(limit, 1, annotations, `${RETRY}limit`),
    timeout,
    place: first.place,
  };
}

/** Retries that a policy really allows: 0 is read as if it were absent. */
export function retriesOf({ limit }: RetryPolicy): number {
  return limit.value === 0 ? 1 : limit.value;
}

function readTimeouts(annotations: Cursor): TimeoutPolicy | undefined {
  const [request, response, idle] = ['request', 'response', 'idle'].map((name) =>
    valueAt(annotations, `${TIMEOUT}${name}`, parseLength),
  );
  return (request ?? response ?? idle) ? { request, response, idle } : undefined;
}

function readAccrual(annotations: Cursor): Accrual | undefined {
  const mode = valueAt(annotations, ACCRUAL, parseAccrual);
  if (mode === undefined) return undefined;
  const consecutive = <T>(name: string, parse: (text: string) => Parsed<T>, absent: T) => {
    const full = `${ACCRUAL}-consecutive-${name}`;
    return orDefault(valueAt(annotations, full, parse), absent, annotations, full);
  };
  return {
    mode,
    maxFailures: consecutive('max-failures', parseCount, 7),
    minPenalty: consecutive('min-penalty', parseLength, 1_000),
    maxPenalty: consecutive('max-penalty', parseLength, 60_000),
    jitter: consecutive('jitter-ratio', parseRatio, 0.5),
  };
}

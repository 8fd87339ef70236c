import { withoutObject, type Place, type Value } from '../../../model/control.js';
import type { Destination, RouteControl, RouteMatch } from '../../../model/mesh-control.js';
import {
  down,
  fullHost,
  itemsOf,
  locate,
  number,
  text,
  type Cursor,
} from '../../../manifests/cursor.js';
import { repeatsOf } from '../read/grammar.js';
import { retriesOf } from '../read/annotations.js';
import type { CallPolicy } from '../read/route-policy.js';

/** First pause and longest, ms (policy-controller/grpc/src/outbound). */
export const PAUSES = { first: 25, longest: 250 } as const;

type Subject = {
  readonly host: string;
  readonly target: string;
  readonly namespace: string | undefined;
  /** Of what holds the policy. */
  readonly place: Place;
  readonly holder: string;
  readonly name: string;
  readonly port: number | undefined;
  readonly matches: readonly RouteMatch[];
  readonly destinations: readonly Destination[];
};

/** What a policy does to requests, in the words of every mesh. */
export function asRoute(
  { host, target, namespace, place, holder, name, port, matches, destinations }: Subject,
  policy: CallPolicy,
): RouteControl {
  const byDefault = <T>(value: T): Value<T> => ({ value, basis: 'default', place });
  return {
    layer: 'mesh',
    kind: 'route',
    target,
    namespace,
    place,
    values: {
      ...retriesIn(policy, place),
      timeout: timeoutOf(policy) ?? byDefault(0),
      hosts: [host],
      hostsPlace: byDefault([host]),
      port,
      inMesh: true,
      holder,
      exportTo: ['*'],
      name,
      matches,
      destinations,
      mirrors: [],
      headers: byDefault([]),
    },
  };
}

type Retries = Pick<
  RouteControl['values'],
  | 'attempts'
  | 'perTryTimeout'
  | 'retryOn'
  | 'repeats'
  | 'backoff'
  | 'longestPause'
  | 'isLastTryOpen'
>;

/** A policy by which no failure is repeated has no retries, whatever its limit. */
function retriesIn({ retry }: CallPolicy, place: Place): Retries {
  const byDefault = <T>(value: T): Value<T> => ({ value, basis: 'default', place });
  const pauses = {
    backoff: byDefault<number>(PAUSES.first),
    longestPause: PAUSES.longest,
    isLastTryOpen: true,
  };
  const words = [...(retry?.http?.value.split(',') ?? []), ...(retry?.grpc?.value ?? [])];
  const cutsTries = (retry?.timeout?.value ?? 0) > 0;
  if (retry === undefined || (words.length === 0 && !cutsTries)) {
    return {
      attempts: byDefault(0),
      perTryTimeout: byDefault(0),
      retryOn: byDefault([]),
      repeats: [],
      ...pauses,
    };
  }
  const condition = retry.http ?? retry.grpc;
  return {
    attempts: { ...retry.limit, value: retriesOf(retry) },
    perTryTimeout: retry.timeout ?? byDefault(0),
    retryOn: condition === undefined ? byDefault([]) : { ...condition, value: words },
    repeats: repeatsOf({
      statuses: retry.statuses?.value ?? [],
      words: retry.grpc?.value ?? [],
      cutsTries,
    }),
    ...pauses,
  };
}

/** The shorter of the two limits that end a call which gets no answer; idle bounds only what came before. */
function timeoutOf({ timeouts }: CallPolicy): Value<number> | undefined {
  const set = [timeouts.request, timeouts.response].filter(
    (value) => value !== undefined && value.value !== 0,
  ) as Value<number>[];
  return set.reduce<Value<number> | undefined>(
    (least, value) => (least === undefined || value.value < least.value ? value : least),
    undefined,
  );
}

/** Where the requests of a rule go. */
export function destinationsOf(
  rule: Cursor,
  namespace: string | undefined,
): readonly Destination[] {
  return itemsOf(down(rule, 'backendRefs')).map((backend) => {
    const name = text(down(backend, 'name'));
    const host = fullHost(name.value, text(down(backend, 'namespace')).value || namespace);
    const port = number(down(backend, 'port'), 0).value;
    return {
      host: { ...name, value: host, place: withoutObject(locate(backend)) },
      written: host,
      subset: undefined,
      port: port === 0 ? undefined : port,
    };
  });
}

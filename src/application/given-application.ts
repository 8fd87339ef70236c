import type { AppRetriesControl, CallControl } from '../model/app-control.js';
import type { Value } from '../model/control.js';

/** What is known of an application that no scaffold.yaml describes; ms. */
export type GivenApplication = {
  /** Tries of a call, the first included. */
  readonly tries?: number | undefined;
  readonly timeout?: number | undefined;
  readonly attemptTimeout?: number | undefined;
};

/** Failures after which an application may try again: all, since the options do not say which. */
const ANY_FAILURE = ['connect-error', 'reset', 'timeout', '429', '5xx'];

/** Controls for what options say of the application that calls a host; nothing is assumed of the rest. */
export function givenControls(
  { tries, timeout, attemptTimeout }: GivenApplication,
  { host, port, namespace }: { host: string; port: number | undefined; namespace: string },
): readonly (CallControl | AppRetriesControl)[] {
  const shared = { layer: 'app', target: host, namespace } as const;
  const retries: AppRetriesControl[] =
    tries === undefined
      ? []
      : [
          {
            ...shared,
            kind: 'retries',
            place: given(tries, '--app-tries').place,
            values: {
              tries: given(tries, '--app-tries'),
              perTryTimeout: given(attemptTimeout ?? 0, '--app-attempt-timeout'),
              backoffInitial: given(0, '--app-tries'),
              backoffMax: given(0, '--app-tries'),
              on: given(ANY_FAILURE, '--app-tries'),
              budget: undefined,
            },
          },
        ];
  if (timeout === undefined) return retries;
  const place = given(timeout, '--app-timeout').place;
  const at = port === undefined ? '' : `:${port}`;
  const call: CallControl = {
    ...shared,
    kind: 'call',
    place,
    values: {
      url: given(`http://${host}${at}`, '--app-timeout'),
      host,
      port: port ?? 80,
      scheme: 'http',
      external: !host.endsWith('.svc.cluster.local'),
      timeout: given(timeout, '--app-timeout'),
      replicas: { ...given(3, '--app-timeout'), basis: 'default' },
      stream: false,
      owner: given('consumer', '--app-timeout'),
    },
  };
  return [call, ...retries];
}

/** A value that an option sets; it has no line. */
function given<T>(value: T, option: string): Value<T> {
  return { value, basis: 'written', place: { file: option, line: 0, column: 0 } };
}

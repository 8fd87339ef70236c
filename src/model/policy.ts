/** What the application's numbers follow from one another, whichever mesh there is. Durations are in ms. */

/** Failed answers in a row after which a mesh stops sending to a replica. */
export const ERRORS_BEFORE_EJECTION = 5;

/** The shortest whole call for which tries, mesh margins and connect time-outs still fit. */
export const MIN_CALL_TIMEOUT = 250;
/** The shortest try: below it the mesh's cut, 50 ms earlier, would leave nothing. */
export const MIN_TRY_TIMEOUT = 100;

/** Upper bound of all pauses between `tries` tries: doubling from `initial`, each at most `max`. */
export function sumBackoff(tries: number, initial: number, max: number): number {
  let sum = 0;
  for (let pause = 1; pause < tries; pause += 1) sum += Math.min(max, initial * 2 ** (pause - 1));
  return sum;
}

/** Facts that a derived setting may use; `values` are the fields of the control it belongs to. */
export type DerivationFacts = {
  readonly callTimeout: number;
  readonly replicas: number;
  readonly values: Readonly<Record<string, number>>;
};

/** Defaults that depend on other values, by the name that manifests use under `derive:`. */
export const derivations: Readonly<Record<string, (facts: DerivationFacts) => number>> = {
  /** As many equal tries as fit into the call, pauses included, down to 50 ms. */
  perTryTimeout: ({ callTimeout, values: { tries = 1, backoffInitial = 0, backoffMax = 0 } }) =>
    tries <= 1
      ? callTimeout
      : floorTo(50, (callTimeout - sumBackoff(tries, backoffInitial, backoffMax)) / tries),
  /** At least the errors that eject every replica, so that one bad replica does not open the breaker. */
  breakerMinimum: ({ replicas }) => Math.max(20, ERRORS_BEFORE_EJECTION * replicas),
};

/** Deadline of an incoming request when none is set: every upstream once, and a second of its own. */
export function deriveRequestTimeout(upstreamTimeouts: readonly number[]): number {
  return Math.max(5_000, upstreamTimeouts.reduce((sum, timeout) => sum + timeout, 0) + 1_000);
}

/** The largest multiple of a step that is not above a value. */
export function floorTo(step: number, value: number): number {
  return Math.floor(value / step) * step;
}

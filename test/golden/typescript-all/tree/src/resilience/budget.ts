const oneRetry = 1_000;
const burst = 10 * oneRetry;

/** Allows repeats for a share of the calls, and a burst of them after quiet times. */
export class Budget {
  readonly #share: number;
  #tokens = burst;

  constructor(ratio: number) {
    this.#share = Math.trunc(ratio * oneRetry);
  }

  /** Must be told of every call. */
  deposit(): void {
    this.#tokens = Math.min(this.#tokens + this.#share, burst);
  }

  /** Whether a call may be repeated. */
  withdraw(): boolean {
    if (this.#tokens < oneRetry) return false;
    this.#tokens -= oneRetry;
    return true;
  }
}

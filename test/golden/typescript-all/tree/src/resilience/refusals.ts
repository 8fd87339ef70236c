/** While the breaker does not change, refused calls are logged this often: one line each would fill the log. */
const reportInterval = 60_000;

/** Counts the calls that were refused since they were last logged. */
export class Refusals {
  #count = 0;
  #reported = performance.now();

  /**
   * Counts a call.
   *
   * @returns the count when its log line is due; it starts anew then
   */
  add(): number | undefined {
    this.#count += 1;
    return performance.now() - this.#reported < reportInterval ? undefined : this.report();
  }

  /** The count for a line that is logged anyway. It starts anew. */
  report(): number {
    const count = this.#count;
    this.#count = 0;
    this.#reported = performance.now();
    return count;
  }
}

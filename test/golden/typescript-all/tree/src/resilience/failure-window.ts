const parts = 10;

/** Counts calls and failures within a window, which moves by a tenth of itself. */
export class FailureWindow {
  readonly #partLength: number;
  #parts: { readonly index: number; calls: number; failures: number }[] = [];

  constructor(length: number) {
    this.#partLength = length / parts;
  }

  add({ isFailure }: { isFailure: boolean }): void {
    const index = Math.floor(performance.now() / this.#partLength);
    this.#parts = this.#parts.filter((part) => part.index > index - parts);
    let part = this.#parts.at(-1);
    if (part?.index !== index) {
      part = { index, calls: 0, failures: 0 };
      this.#parts.push(part);
    }
    part.calls += 1;
    if (isFailure) part.failures += 1;
  }

  /** As of the latest call. */
  get counts(): { calls: number; failures: number } {
    return this.#parts.reduce(
      (sum, { calls, failures }) => ({
        calls: sum.calls + calls,
        failures: sum.failures + failures,
      }),
      { calls: 0, failures: 0 },
    );
  }
}

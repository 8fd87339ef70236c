import type { BreakerSettings } from '../config/breaker.ts';
import { FailureWindow } from './failure-window.ts';

export type CircuitState = 'closed' | 'half-open' | 'open';

/** What became of a call. One that is ignored says nothing about the upstream. */
export type Verdict = 'success' | 'failure' | 'ignored';

/** Decides whether a call is made, by what became of those before. */
export class Circuit {
  readonly #settings: BreakerSettings;
  readonly #onChange: (from: CircuitState, to: CircuitState) => void;
  #state: CircuitState = 'closed';
  /** Counts the changes of state: a call that began before a change has no say after it. */
  #era = 0;
  #window: FailureWindow;
  #openUntil = 0;
  #probes = 0;
  #successes = 0;

  constructor(settings: BreakerSettings, onChange: (from: CircuitState, to: CircuitState) => void) {
    this.#settings = settings;
    this.#onChange = onChange;
    this.#window = new FailureWindow(settings.window);
  }

  get state(): CircuitState {
    if (this.#state === 'open' && performance.now() >= this.#openUntil) this.#change('half-open');
    return this.#state;
  }

  /** How long it stays open; not at all when it waits for its probes. */
  get openFor(): number {
    return this.#openUntil - performance.now();
  }

  /**
   * Admits a call.
   *
   * @returns what must be told the call's verdict; undefined when the call must not be made
   */
  admit(): ((verdict: Verdict) => void) | undefined {
    const { state } = this;
    if (state === 'open') return undefined;
    if (state === 'half-open') {
      if (this.#probes >= this.#settings.halfOpenRequests) return undefined;
      this.#probes += 1;
    }
    const era = this.#era;
    return (verdict) => {
      if (era !== this.#era) return;
      if (state === 'half-open') this.#countProbe(verdict);
      else if (verdict !== 'ignored') this.#count(verdict);
    };
  }

  #count(verdict: 'success' | 'failure'): void {
    const isFailure = verdict === 'failure';
    this.#window.add({ isFailure });
    const { calls, failures } = this.#window.counts;
    const { failureRatio, minimumRequests } = this.#settings;
    if (isFailure && calls >= minimumRequests && failures >= failureRatio * calls) {
      this.#change('open');
    }
  }

  #countProbe(verdict: Verdict): void {
    if (verdict === 'ignored') this.#probes -= 1;
    else if (verdict === 'failure') this.#change('open');
    else if (++this.#successes >= this.#settings.halfOpenRequests) this.#change('closed');
  }

  #change(to: CircuitState): void {
    const from = this.#state;
    this.#state = to;
    this.#era += 1;
    this.#window = new FailureWindow(this.#settings.window);
    if (to === 'open') this.#openUntil = performance.now() + this.#settings.openFor;
    this.#probes = 0;
    this.#successes = 0;
    this.#onChange(from, to);
  }
}

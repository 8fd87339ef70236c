import { vi } from 'vitest';

import type { Answer, Call } from '../../src/upstream/call.ts';

/** A GET without a deadline. */
export function call(overrides: Partial<Call> = {}): Call {
  return {
    method: 'GET',
    url: 'http://upstream.invalid/',
    headers: {},
    deadline: Infinity,
    signal: new AbortController().signal,
    ...overrides,
  };
}

/** An answer with a body that knows whether it was dumped. */
export function answer(statusCode: number, headers: Answer['headers'] = {}, content: unknown = {}) {
  const json = vi.fn(() => Promise.resolve(content));
  const dump = vi.fn(() => Promise.resolve());
  return { statusCode, headers, body: { json, dump } };
}

/** Plays an upstream: each call takes the next outcome, and the last one stays. */
export class FakeUpstream {
  readonly calls: Call[] = [];
  readonly #outcomes: (Answer | Error)[];

  constructor(...outcomes: (Answer | Error)[]) {
    this.#outcomes = outcomes;
  }

  readonly send = (call: Call): Promise<Answer> => {
    this.calls.push(call);
    const outcome = this.#outcomes.length > 1 ? this.#outcomes.shift() : this.#outcomes[0];
    if (outcome === undefined) throw new Error('the upstream was given no outcome');
    return outcome instanceof Error ? Promise.reject(outcome) : Promise.resolve(outcome);
  };
}

/** Never answers; ends when its call is aborted. */
export async function hang({ signal }: Call): Promise<never> {
  signal.throwIfAborted();
  await new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve());
  });
  signal.throwIfAborted();
  throw new Error('unreachable');
}

import type { FastifyInstance } from 'fastify';

/** Says that something took too long. */
export class DeadlineError extends Error {
  override readonly name = 'DeadlineError';
}

/** Until when an answer is worth anything. */
export class Deadline {
  /** The moment in the milliseconds of `performance.now()`. */
  readonly at: number;
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout;

  constructor(timeout: number) {
    this.at = performance.now() + timeout;
    this.#timer = setTimeout(() => {
      this.#controller.abort(new DeadlineError(`not done within ${timeout} ms`));
    }, timeout);
  }

  /** Aborts with a DeadlineError at the deadline, or before that when it is cancelled. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Ends whatever still waits for the deadline. */
  cancel(): void {
    clearTimeout(this.#timer);
    this.#controller.abort();
  }
}

declare module 'fastify' {
  // eslint-disable-next-line @typescript-eslint/consistent-type-definitions -- only interfaces merge
  interface FastifyRequest {
    deadline: Deadline;
  }
}

/** Bounds every request, and with it the calls made for it. They end too when the caller hangs up. */
export function addDeadline(api: FastifyInstance, timeout: number): void {
  api.decorateRequest('deadline');
  api.addHook('onRequest', (request, reply, done) => {
    const deadline = new Deadline(timeout);
    // Not request.signal: that aborts as soon as the body of a request is read.
    reply.raw.once('close', () => deadline.cancel());
    request.deadline = deadline;
    done();
  });
}

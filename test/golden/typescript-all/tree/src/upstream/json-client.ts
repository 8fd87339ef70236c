import type { z } from 'zod';

import type { UpstreamSettings } from '../config/upstreams.ts';
import { Deadline, DeadlineError } from '../deadline.ts';
import type { Answer, Send } from './call.ts';
import { discard } from './discard.ts';
import { UpstreamError } from './upstream-error.ts';

/** Gets JSON from one upstream. */
export class JsonClient {
  readonly #upstream: string;
  readonly #settings: UpstreamSettings;
  readonly #send: Send;

  constructor(upstream: string, settings: UpstreamSettings, send: Send) {
    this.#upstream = upstream;
    this.#settings = settings;
    this.#send = send;
  }

  /**
   * The call takes no longer than the upstream's timeout and what is left of the caller's deadline.
   *
   * @throws UpstreamError unless the answer is a 200 with a body that `schema` accepts
   */
  async get<T>(path: string, schema: z.ZodType<T>, caller: Deadline): Promise<T> {
    const { url, timeout } = this.#settings;
    const own = new Deadline(timeout);
    try {
      const answer = await this.#send({
        method: 'GET',
        url: url + path,
        headers: { accept: 'application/json' },
        deadline: Math.min(own.at, caller.at),
        signal: AbortSignal.any([own.signal, caller.signal]),
      });
      if (answer.statusCode === 200) return schema.parse(await answer.body.json());
      await discard(answer);
      throw refusal(answer, this.#upstream);
    } catch (error) {
      throw toUpstreamError(error, this.#upstream);
    } finally {
      own.cancel();
    }
  }
}

function refusal({ statusCode, headers }: Answer, upstream: string): UpstreamError {
  const message = `the answer of ${upstream} was ${statusCode}`;
  switch (statusCode) {
    case 404:
    case 504:
      return new UpstreamError(message, { status: statusCode });
    case 429:
    case 503: {
      const retryAfter = String(headers['retry-after'] ?? '');
      return new UpstreamError(message, { status: 503, retryAfter });
    }
    default:
      return new UpstreamError(message, { status: 502 });
  }
}

function toUpstreamError(error: unknown, upstream: string): UpstreamError {
  if (error instanceof UpstreamError) return error;
  const status = error instanceof DeadlineError ? 504 : 502;
  return new UpstreamError(`the call of ${upstream} failed`, { status, cause: error });
}

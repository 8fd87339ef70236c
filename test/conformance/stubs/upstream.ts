import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';

import { HttpStub } from './http-stub.js';

export type Outcome =
  | { readonly status: number; readonly headers?: Record<string, string>; readonly body?: string }
  | 'hang'
  | 'reset'
  | Promise<void>;

export type Received = {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
};

/** An upstream that plays its outcomes in turn; the last one stays. A promise answers when it is fulfilled. */
export class Upstream {
  readonly requests: Received[] = [];
  #outcomes: readonly Outcome[] = [];
  readonly #stub = new HttpStub((request, response) => {
    const { method = '', url = '', headers } = request;
    void text(request).then(async (body) => {
      this.requests.push({ method, url, headers, body });
      await this.#answer(response, url);
    });
  });

  async start(): Promise<this> {
    await this.#stub.start();
    return this;
  }

  get url(): string {
    return this.#stub.url;
  }

  stop(): void {
    this.#stub.stop();
  }

  /** Forgets what was, and plays these outcomes from now on. */
  play(...outcomes: readonly Outcome[]): void {
    this.#outcomes = outcomes;
    this.requests.length = 0;
  }

  async #answer(response: ServerResponse, url: string): Promise<void> {
    const outcome = this.#outcomes[Math.min(this.requests.length, this.#outcomes.length) - 1];
    if (outcome === 'hang') return;
    if (outcome === 'reset') {
      response.destroy();
      return;
    }
    // A client may send again by itself what it has lost on a connection that was kept alive.
    response.setHeader('connection', 'close');
    if (outcome instanceof Promise || outcome === undefined) {
      await outcome;
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ id: url.split('/').pop(), name: 'a name' }));
      return;
    }
    response.writeHead(outcome.status, outcome.headers).end(outcome.body);
  }
}

/** The answer that a service expects. */
export const found: Outcome = Promise.resolve();

import { once } from 'node:events';
import { constants, createServer, type Http2Server, type ServerHttp2Session } from 'node:http2';
import type { AddressInfo } from 'node:net';

import { Replicas } from './replicas.js';

/** What every replica does with a call; a code is answered in headers, as grpc-go does for a call without a message. */
export type CallBehaviour =
  | { readonly kind: 'hangs' }
  | { readonly kind: 'resets' }
  | { readonly kind: 'answers'; readonly code: number; readonly inTrailers?: boolean };

const HEADERS = { ':status': 200, 'content-type': 'application/grpc' };

/** Three replicas that speak HTTP/2 by hand, so that what is in headers and what is in trailers is certain. */
export class GrpcReplicas {
  requests = 0;
  behaviour: CallBehaviour = { kind: 'answers', code: 0 };
  /** The only one that behaves so, where one does; the others answer 0. */
  only: string | undefined;
  /** grpc-timeout of each request that arrived. */
  readonly timeouts: unknown[] = [];
  readonly #servers: Http2Server[] = [];
  readonly #sessions = new Set<ServerHttp2Session>();

  async start(): Promise<number> {
    let port = 0;
    for (const address of Replicas.addresses) {
      const server = this.#serve(address).listen(port, address);
      await once(server, 'listening');
      ({ port } = server.address() as AddressInfo);
      this.#servers.push(server);
    }
    return port;
  }

  stop(): void {
    for (const server of this.#servers) server.close();
    for (const session of this.#sessions) session.destroy();
  }

  #serve(address: string): Http2Server {
    const server = createServer();
    server.on('session', (session) => this.#sessions.add(session));
    server.on('sessionError', () => undefined);
    server.on('stream', (stream, headers) => {
      stream.on('error', () => undefined);
      this.requests += 1;
      this.timeouts.push(headers['grpc-timeout']);
      const isMeant = this.only === undefined || this.only === address;
      const behaviour: CallBehaviour = isMeant ? this.behaviour : { kind: 'answers', code: 0 };
      if (behaviour.kind === 'hangs') return;
      if (behaviour.kind === 'resets') {
        stream.close(constants.NGHTTP2_INTERNAL_ERROR);
        return;
      }
      const status = { 'grpc-status': String(behaviour.code) };
      if (behaviour.inTrailers !== true) {
        stream.respond({ ...HEADERS, ...status }, { endStream: true });
        return;
      }
      stream.on('wantTrailers', () => {
        stream.sendTrailers(status);
      });
      stream.respond(HEADERS, { waitForTrailers: true });
      stream.end();
    });
    return server;
  }
}

import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What every replica does with a request. */
export type Behaviour = 'answers' | '500' | '503' | 'hangs' | 'resets';

/** Three replicas of an upstream, on one port of three loopback addresses (Linux answers on all of 127.0.0.0/8). */
export class Replicas {
  static readonly addresses = ['127.0.0.11', '127.0.0.12', '127.0.0.13'];
  requests = 0;
  behaviour: Behaviour = 'answers';
  /** The only one that behaves so, where one does; the others answer. */
  only: string | undefined;
  readonly #servers: Server[] = [];

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
    for (const server of this.#servers) {
      server.close();
      server.closeAllConnections();
    }
  }

  #serve(address: string): Server {
    return createServer((request, response) => {
      this.requests += 1;
      const isMeant = this.only === undefined || this.only === address;
      const behaviour = isMeant ? this.behaviour : 'answers';
      switch (behaviour) {
        case 'answers':
          response.setHeader('content-type', 'application/json');
          response.end(JSON.stringify({ id: '1', name: 'a name' }));
          break;
        case '500':
        case '503':
          response.writeHead(Number(behaviour)).end();
          break;
        case 'resets':
          request.socket.resetAndDestroy();
          break;
        case 'hangs':
          break;
      }
    });
  }
}

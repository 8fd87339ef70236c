import { once } from 'node:events';
import { connect } from 'node:net';

/** A connection of a client that sends what it is told, and nothing else. */
export class RawConnection {
  readonly #socket;
  readonly #received: Promise<string>;

  private constructor(port: number) {
    this.#socket = connect(port, '127.0.0.1').setEncoding('utf8');
    this.#received = this.#read();
  }

  static async open(port: number): Promise<RawConnection> {
    const connection = new RawConnection(port);
    await once(connection.#socket, 'connect');
    return connection;
  }

  /** Sends the head of a request, and gives all that comes until the connection is closed. */
  async request(
    method: string,
    path: string,
    headers: readonly string[] = [],
    host = 'localhost',
  ): Promise<string> {
    this.begin(method, path, headers, host);
    return await this.finish();
  }

  /** Sends the head of a request but for its end: the service neither answers nor takes it for idle. */
  begin(method: string, path: string, headers: readonly string[] = [], host = 'localhost'): void {
    const head = [`${method} ${path} HTTP/1.1`, `host: ${host}`, 'connection: close', ...headers];
    this.#socket.write(`${head.join('\r\n')}\r\n`);
  }

  /** Sends the end, and gives all that comes until the connection is closed. */
  async finish(): Promise<string> {
    this.#socket.write('\r\n');
    return await this.#received;
  }

  async #read(): Promise<string> {
    let text = '';
    for await (const chunk of this.#socket) text += String(chunk);
    return text;
  }
}

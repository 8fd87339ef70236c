import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';

import { readMessage, textOf } from './wire.js';

/** What an upstream does that speaks gRPC: with a code in headers, as servers fail at once, or in trailers. */
export type CallOutcome =
  | {
      readonly code: number;
      readonly in: 'headers' | 'trailers';
      readonly metadata?: Readonly<Record<string, string>>;
    }
  | { readonly item: { readonly id: string; readonly name: string } }
  | 'found'
  | 'hang'
  /** Ends the stream, RST_STREAM. */
  | 'reset'
  /** Ends the connection. */
  | 'lost'
  /** Answers as a proxy does that knows nothing of gRPC. */
  | { readonly status: number };

export type ReceivedCall = {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  /** The first field of the message. */
  readonly text: string;
  /** Fulfilled when the stream is closed, whoever did it. */
  readonly closed: Promise<unknown>;
};

const GRPC = { ':status': 200, 'content-type': 'application/grpc' } as const;

/** Plays its outcomes in turn; the last one stays. */
export class CallUpstream {
  readonly calls: ReceivedCall[] = [];
  #outcomes: readonly CallOutcome[] = [];
  readonly #sockets = new Set<Socket>();
  readonly #server = createServer();

  constructor() {
    this.#server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket.on('close', () => this.#sockets.delete(socket)));
    });
    this.#server.on('stream', (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
      stream.on('error', () => undefined);
      void buffer(stream).then(
        (content) => this.#receive(stream, headers, content),
        () => undefined, // given up before it was whole
      );
    });
  }

  async start(): Promise<this> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return this;
  }

  get url(): string {
    return `grpc://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Forgets what was, and plays these outcomes from now on. */
  play(...outcomes: readonly CallOutcome[]): void {
    this.#outcomes = outcomes;
    this.calls.length = 0;
  }

  #receive(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, content: Buffer): void {
    const text = textOf(readMessage(content.subarray(5)), 1);
    const closed = new Promise((resolve) => stream.once('close', resolve));
    this.calls.push({ method: String(headers[':path']), headers, text, closed });
    const outcome = this.#outcomes[Math.min(this.calls.length, this.#outcomes.length) - 1];
    if (outcome === 'reset') stream.close(2);
    else if (outcome === 'lost') stream.session?.destroy();
    else if (outcome === 'found') sendItem(stream, { id: text, name: 'a name' });
    else if (typeof outcome === 'object') answer(stream, outcome);
  }
}

function answer(stream: ServerHttp2Stream, outcome: Exclude<CallOutcome, string>): void {
  if ('item' in outcome) {
    sendItem(stream, outcome.item);
    return;
  }
  if ('status' in outcome) {
    stream.respond({ ':status': outcome.status }, { endStream: true });
    return;
  }
  const last = {
    'grpc-status': String(outcome.code),
    'grpc-message': 'played',
    ...outcome.metadata,
  };
  if (outcome.in === 'headers') {
    stream.respond({ ...GRPC, ...last }, { endStream: true });
    return;
  }
  stream.respond(GRPC, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers(last));
  stream.end();
}

/** `{ item: { id, name } }`, each in the field that items.proto gives it. */
function sendItem(stream: ServerHttp2Stream, { id, name }: { id: string; name: string }): void {
  const message = field(1, Buffer.concat([field(1, Buffer.from(id)), field(2, Buffer.from(name))]));
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(message.length, 1);
  stream.respond(GRPC, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
  stream.end(Buffer.concat([prefix, message]));
}

/** A field of bytes, fewer than 128. */
function field(number: number, content: Buffer): Buffer {
  return Buffer.concat([Buffer.from([(number << 3) | 2, content.length]), content]);
}

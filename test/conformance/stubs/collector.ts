import { buffer } from 'node:stream/consumers';

import { HttpStub } from './http-stub.js';
import { bytesOf, messages, readMessage, textOf, type Message } from './wire.js';

type Attributes = Readonly<Record<string, string>>;

export type Span = {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId: string;
  readonly name: string;
  readonly attributes: Attributes;
  readonly resource: Attributes;
};
export type Point = {
  readonly name: string;
  readonly description: string;
  readonly unit: string;
  readonly attributes: Attributes;
};
export type Log = { readonly body: string; readonly traceId: string };

/** Receives OTLP over HTTP. The numbers are those of the fields in opentelemetry-proto. */
export class Collector {
  readonly spans: Span[] = [];
  readonly points: Point[] = [];
  readonly logs: Log[] = [];
  readonly #stub = new HttpStub((request, response) => {
    void buffer(request).then((body) => {
      this.#receive(request.url ?? '', messages([readMessage(body)], 1));
      response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
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

  /** @param resources each with its scopes */
  #receive(path: string, resources: readonly Message[]): void {
    for (const content of resources) {
      const resource = attributesOf(messages([content], 1)[0], 1);
      const records = messages(messages([content], 2), 2);
      if (path === '/v1/traces') this.spans.push(...records.map((span) => toSpan(span, resource)));
      if (path === '/v1/metrics') this.points.push(...records.flatMap(toPoints));
      if (path === '/v1/logs') this.logs.push(...records.map(toLog));
    }
  }
}

function toSpan(span: Message, resource: Attributes): Span {
  return {
    traceId: bytesOf(span, 1).toString('hex'),
    spanId: bytesOf(span, 2).toString('hex'),
    parentId: bytesOf(span, 4).toString('hex'),
    name: textOf(span, 5),
    attributes: attributesOf(span, 9),
    resource,
  };
}

/** A metric holds its points in a field that depends on its kind: gauge, sum or histogram. */
function toPoints(metric: Message): Point[] {
  const about = {
    name: textOf(metric, 1),
    description: textOf(metric, 2),
    unit: textOf(metric, 3),
  };
  const numbers = messages([...messages([metric], 5), ...messages([metric], 7)], 1);
  const histograms = messages(messages([metric], 9), 1);
  return [
    ...numbers.map((point) => ({ ...about, attributes: attributesOf(point, 7) })),
    ...histograms.map((point) => ({ ...about, attributes: attributesOf(point, 9) })),
  ];
}

function toLog(record: Message): Log {
  return {
    body: textOf(messages([record], 5)[0], 1),
    traceId: bytesOf(record, 9).toString('hex'),
  };
}

function attributesOf(message: Message | undefined, field: number): Attributes {
  const pairs = messages(message === undefined ? [] : [message], field);
  return Object.fromEntries(
    pairs.map((pair) => [textOf(pair, 1), valueOf(messages([pair], 2)[0])]),
  );
}

/** Strings and numbers are enough. */
function valueOf(value: Message | undefined): string {
  const number = value?.get(3)?.[0];
  return typeof number === 'bigint' ? String(number) : textOf(value, 1);
}

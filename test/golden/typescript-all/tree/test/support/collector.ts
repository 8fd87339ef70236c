import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

type Attributes = Readonly<Record<string, unknown>>;

/** A span, a log record or a point of a metric. */
export type Signal = {
  readonly name?: string;
  readonly body?: string;
  readonly traceId?: string;
  readonly spanId?: string;
  readonly parentSpanId?: string;
  readonly count?: number;
  readonly asDouble?: number;
  readonly attributes: Attributes;
  readonly resource: Attributes;
};

/** Stands for an OpenTelemetry collector that is sent JSON. */
export class Collector {
  readonly spans: Signal[] = [];
  readonly logs: Signal[] = [];
  readonly points: Signal[] = [];
  readonly #server = createServer((request, response) => {
    void text(request).then((body) => {
      this.#receive(body);
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });

  /** The variables that lead telemetry here. */
  async start(): Promise<Record<string, string>> {
    await new Promise<void>((resolve) => this.#server.listen(0, resolve));
    const { port } = this.#server.address() as AddressInfo;
    return {
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://localhost:${port}`,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    };
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #receive(body: string): void {
    const exported = JSON.parse(body, flatten) as Record<string, readonly Exported[]>;
    for (const { resource, scopeSpans, scopeLogs, scopeMetrics } of Object.values(
      exported,
    ).flat()) {
      const add = (signal: Omit<Signal, 'resource'>) => ({
        ...signal,
        resource: resource.attributes,
      });
      for (const { spans } of scopeSpans ?? []) this.spans.push(...spans.map(add));
      for (const { logRecords } of scopeLogs ?? []) this.logs.push(...logRecords.map(add));
      for (const { name, ...data } of (scopeMetrics ?? []).flatMap(({ metrics }) => metrics)) {
        const points = Object.values(data).flatMap(({ dataPoints }) => dataPoints ?? []);
        this.points.push(...points.map((point) => add({ ...point, name })));
      }
    }
  }
}

/** What one request tells about one resource, in the part that tests look at. */
type Exported = {
  readonly resource: { readonly attributes: Attributes };
  readonly scopeSpans?: readonly { readonly spans: readonly Signal[] }[];
  readonly scopeLogs?: readonly { readonly logRecords: readonly Signal[] }[];
  readonly scopeMetrics?: readonly {
    readonly metrics: readonly ({ name: string } & Record<string, { dataPoints?: Signal[] }>)[];
  }[];
};

/** Makes records of lists of attributes, and plain values of values that name their type. */
function flatten(key: string, value: unknown): unknown {
  if (key === 'attributes') {
    const pairs = value as { key: string; value: unknown }[];
    return Object.fromEntries(pairs.map((pair) => [pair.key, pair.value]));
  }
  const isTyped = ['value', 'body'].includes(key) && typeof value === 'object' && value !== null;
  return isTyped ? Object.values(value)[0] : value;
}

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { context } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import { expect, test } from 'vitest';

import { startTelemetry } from '../../src/telemetry/sdk.ts';

startTelemetry({ traces: false, metrics: false, logs: false });
// What is instrumented must be loaded after that.
const { createTransport } = await import('../../src/upstream/transport.ts');
const { buildUpstreamRoutes } = await import('../support/upstream-routes.ts');

const upstream = 'inventory';
const variables = 'INVENTORY';
const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const caller = '00f067aa0ba902b7';

test('one trace from the caller to inventory', async () => {
  const received: unknown[] = [];
  const server = createServer((request, response) => {
    received.push(request.headers.traceparent);
    response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, resolve));
  const { port } = server.address() as AddressInfo;
  const { app, lines } = buildUpstreamRoutes(createTransport(), {
    [`${variables}_URL`]: `http://localhost:${port}`,
  });

  const url = `${await app.listen()}/v1/upstreams/${upstream}/items/7`;
  const headers = { traceparent: `00-${traceId}-${caller}-01` };
  // The caller is not part of the service, though it runs in the same process.
  await context.with(suppressTracing(context.active()), () => fetch(url, { headers }));
  await app.close();
  server.close();

  expect(received).toEqual([expect.stringMatching(`^00-${traceId}-(?!${caller}).*-01$`)]);
  const failed = lines.find(({ msg }) => msg === 'upstream call failed');
  expect(failed).toHaveProperty('trace_id', traceId);
});

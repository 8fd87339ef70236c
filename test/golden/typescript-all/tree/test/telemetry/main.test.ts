import { createServer } from 'node:net';

import { expect, test, vi } from 'vitest';

import { Collector } from '../support/collector.ts';

/** One of those that systems do not give to servers that ask for any, as the other tests do meanwhile. */
async function freePort(): Promise<number> {
  const port = 10_000 + Math.floor(Math.random() * 20_000);
  const server = createServer();
  const isFree = await new Promise<boolean>((resolve) => {
    server.once('error', () => {
      resolve(false);
    });
    server.listen(port, () => {
      resolve(true);
    });
  });
  if (!isFree) return await freePort();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

test('telemetry is flushed at the end', async () => {
  const collector = new Collector();
  const port = await freePort();
  Object.assign(process.env, await collector.start(), {
    SERVICE_PORT: String(port),
    SERVICE_SHUTDOWN_DELAY: '0s',
    API_TOKEN: 'example',
  });
  process.env.JWT_JWKS_URI = 'http://localhost:1/'; // nobody is there
  const exit = vi.spyOn(process, 'exit').mockReturnValue(undefined as never);
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  const listeners = process.listeners('SIGTERM');

  const ended = import('../../src/main.ts');
  const url = `http://localhost:${port}/v1/items`;
  await vi.waitFor(() => fetch(url), { timeout: 20_000 });
  const terminate = process
    .listeners('SIGTERM')
    .filter((listener) => !listeners.includes(listener));
  for (const listener of terminate) listener('SIGTERM');
  await ended;
  collector.stop();

  expect(exit).toHaveBeenCalledOnce();
  // What was loaded before telemetry started would be missing.
  const routes = collector.spans.map(({ attributes }) => attributes['http.route']);
  expect(routes).toContain('/v1/items');
  expect(collector.logs.map(({ body }) => body)).toContain('service started');
  expect(collector.points.map(({ name }) => name)).toContain('http.server.request.duration');
});

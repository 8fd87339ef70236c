import { once } from 'node:events';
import { Agent, get, type IncomingMessage } from 'node:http';

import { describe, expect, onTestFinished, test } from 'vitest';

import { RawConnection } from '../raw-request.js';
import { found } from '../stubs/upstream.js';
import type { Surroundings } from '../surroundings.js';

const path = '/v1/upstreams/inventory/items/7';

/** Asks on the connection of `agent`, and gives the status and what becomes of the connection. */
async function kept(agent: Agent, url: string): Promise<[number | undefined, string | undefined]> {
  const [response] = (await once(get(url, { agent }), 'response')) as [IncomingMessage];
  await once(response.resume(), 'end');
  return [response.statusCode, response.headers.connection ?? 'keep-alive'];
}

/** A service that is told to end takes no more requests, and loses none. */
export function shutdown(around: Surroundings): void {
  describe.each(['SIGTERM', 'SIGINT'] as const)('shutdown by %s', (signal) => {
    test('lets a request finish and takes no further ones', async () => {
      const service = await around.start();
      let answer: () => void = () => undefined;
      around.upstream.play(new Promise((resolve) => (answer = resolve)));
      const live = await RawConnection.open(service.port);
      const ready = await RawConnection.open(service.port);
      live.begin('GET', '/healthz');
      ready.begin('GET', '/readyz');
      const inFlight = service.get(path, around.authorized);
      inFlight.catch(() => undefined); // is judged in the end
      await expect.poll(() => around.upstream.requests.length).toBe(1);

      service.signal(signal);
      await expect
        .poll(async () => await service.get('/healthz').catch(() => 'refused'))
        .toBe('refused');
      // Requests that had begun are answered, or their connections closed: Go reads no further then.
      expect(await ready.finish()).toMatch(
        /^$|^HTTP\/1.1 503 [^]*application\/problem\+json[^]*"the service is shutting down"/,
      );
      expect(await live.finish()).toMatch(/^$|^HTTP\/1.1 200 [^]*\r\n\r\nok\n$/);
      expect(service.exitCode).toBeNull();

      answer();
      expect(await inFlight).toHaveProperty('status', 200);
      await service.ended;
      expect(service.exitCode).toBe(0);
    });
  });

  describe('shutdown', () => {
    test('is told to callers before connections close', async () => {
      const service = await around.start({ SERVICE_SHUTDOWN_DELAY: '1500ms' });
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      onTestFinished(() => agent.destroy());
      const ask = async (path: string) => await kept(agent, service.url + path);
      expect(await ask('/v1/items')).toEqual([401, 'keep-alive']);
      const start = performance.now();
      service.signal('SIGTERM');
      await service.line('service stops');
      // The connection was kept: it serves one more request, and a further one is taken for the next.
      expect(await ask('/v1/items')).toEqual([401, 'close']);
      expect(await ask('/readyz')).toEqual([503, 'close']);
      expect(await ask('/healthz')).toEqual([200, 'close']);
      await service.ended;
      expect(service.exitCode).toBe(0);
      expect(performance.now() - start).toBeGreaterThanOrEqual(1_400);
    });

    test('of a service that nobody has told when', async () => {
      const service = await around.start({ SERVICE_SHUTDOWN_DELAY: '' });
      const start = performance.now();
      expect(await service.stop()).toBe(0);
      expect(performance.now() - start).toBeGreaterThanOrEqual(4_900);
    });

    test('cuts off what takes too long', async () => {
      const service = await around.start({
        SERVICE_SHUTDOWN_TIMEOUT: '1s',
        UPSTREAM_INVENTORY_TIMEOUT: '1m',
        UPSTREAM_INVENTORY_RETRY_PER_ATTEMPT_TIMEOUT: '1m',
        SERVICE_TIMEOUT: '1m',
      });
      around.upstream.play('hang');
      const inFlight = service.get(path, around.authorized);
      const cutOff = expect(inFlight).rejects.toThrow();
      await expect.poll(() => around.upstream.requests.length).toBe(1);
      const start = performance.now();
      expect(await service.stop()).toBe(1);
      await cutOff;
      expect(performance.now() - start).toBeLessThan(6_000);
      expect(await service.line('service failed')).toMatchObject({
        level: 'ERROR',
        error: expect.stringContaining('requests were still in flight after 1'),
      });
    });

    test('of an idle service is quick', async () => {
      around.upstream.play(found);
      const service = await around.start();
      await service.get(path, around.authorized);
      const start = performance.now();
      expect(await service.stop()).toBe(0);
      expect(performance.now() - start).toBeLessThan(3_000);
    });
  });
}

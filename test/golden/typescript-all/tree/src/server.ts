import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';

import type { FastifyInstance } from 'fastify';

import { version } from './version.ts';

/**
 * Bounds what a connection may take: `timeout` the reading of a request, the writing of its answer a
 * little more. Idle connections are kept longer than the proxy in front of the service keeps them, so
 * that it never sends on one that closes.
 */
export function connectionLimits(timeout: number) {
  return {
    requestTimeout: timeout,
    connectionTimeout: timeout + 5_000,
    keepAliveTimeout: 90_000,
    http: {
      headersTimeout: Math.min(5_000, timeout),
      connectionsCheckingInterval: 1_000,
      maxHeaderSize: 65_536, // large tokens fit
    },
  };
}

/** Durations in milliseconds. */
export type ServerSettings = {
  readonly port: number;
  readonly shutdownDelay: number;
  readonly shutdownTimeout: number;
};

/**
 * Answers requests until `stop` aborts. Then readiness fails for `shutdownDelay` before the service takes
 * no further requests, and those in flight finish.
 *
 * @throws Error when the port cannot be used, or requests were cut off at the end
 */
export async function serve(
  app: FastifyInstance,
  { port, shutdownDelay, shutdownTimeout }: ServerSettings,
  stop: AbortSignal,
): Promise<void> {
  await app.ready();
  app.server.listen(port); // without a host: IPv6 and IPv4, whichever there is
  await once(app.server, 'listening');
  const address = `:${(app.server.address() as AddressInfo).port}`;
  app.log.info({ version, address }, 'service started');
  if (!stop.aborted) await once(stop, 'abort');
  app.log.info('service stops');
  app.drain();
  if (shutdownDelay > 0) await setTimeout(shutdownDelay);
  await shutDown(app, shutdownTimeout);
}

/** Cuts off the requests that take longer than `timeout`. */
async function shutDown(app: FastifyInstance, timeout: number): Promise<void> {
  const late = AbortSignal.timeout(timeout);
  late.addEventListener('abort', () => app.server.closeAllConnections());
  await app.close();
  if (late.aborted) throw new Error(`requests were still in flight after ${timeout} ms`);
}

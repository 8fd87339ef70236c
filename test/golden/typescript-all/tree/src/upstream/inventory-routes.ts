import type { FastifyInstance } from 'fastify';

import type { Config } from '../config.ts';
import type { Send } from './call.ts';
import { addItemRoute } from './item-route.ts';
import { JsonClient } from './json-client.ts';
import { limitTry } from '../resilience/try-limit.ts';
import { withBreaker } from '../resilience/breaker.ts';
import { withRetry } from '../resilience/retry.ts';

const upstream = 'inventory';

/** Adds the routes that call inventory. The layers of a call lie around `send`, innermost first. */
export function addRoutes(api: FastifyInstance, { upstreams }: Config, send: Send): void {
  const settings = upstreams.inventory;
  send = limitTry(send, settings.retry.perAttemptTimeout);
  send = withBreaker(send, upstream, settings.breaker, api.log);
  send = withRetry(send, upstream, settings.retry, api.log);
  addItemRoute(api, upstream, new JsonClient(upstream, settings, send));
}

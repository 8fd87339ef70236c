import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import type { Config } from './config.ts';
import { sendProblem } from './problem.ts';
import type { Send } from './upstream/call.ts';
import { addRoutes as addInventoryRoutes } from './upstream/inventory-routes.ts';
import { UpstreamError } from './upstream/upstream-error.ts';

/** Adds the routes that call other services. */
export function addUpstreams(api: FastifyInstance, config: Config, send: Send): void {
  api.register((scope, _options, done) => {
    scope.setErrorHandler(answerFailure);
    addInventoryRoutes(scope, config, send);
    done();
  });
}

/** Tells the caller what became of a call to an upstream. */
function answerFailure(error: unknown, request: FastifyRequest, reply: FastifyReply) {
  if (!(error instanceof UpstreamError)) throw error;
  if (!error.isLogged) request.log.warn({ error }, 'upstream call failed');
  if (error.retryAfter !== '') reply.header('retry-after', error.retryAfter);
  return sendProblem(reply, error.status, error.detail);
}

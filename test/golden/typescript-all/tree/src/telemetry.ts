import { context } from '@opentelemetry/api';
import { getRPCMetadata, setGlobalErrorHandler } from '@opentelemetry/core';
import type { FastifyBaseLogger, FastifyInstance, FastifyRequest } from 'fastify';

import { readVariables } from './telemetry/variables.ts';

/** Names the route of every request in its span and its metrics, and logs what becomes of telemetry. */
export function addTelemetry(app: FastifyInstance): void {
  for (const variable of readVariables(process.env).notUsed) {
    app.log.warn(variable, 'variable not used');
  }
  setGlobalErrorHandler(logSeldom(app.log));
  app.addHook('onRequest', (request, _reply, done) => {
    nameRoute(request);
    noteAttempt(request);
    done();
  });
}

/** Writes parameters as `{id}`, whatever they must match: services in other languages name their routes so. */
function nameRoute({ routeOptions }: FastifyRequest): void {
  const rpc = getRPCMetadata(context.active());
  if (rpc && routeOptions.url) {
    rpc.route = routeOptions.url.replace(/:(\w+)(?:\([^/]*\))?\??/g, '{$1}');
  }
}

/** A caller's proxy counts its tries: from the second on, a request may be a duplicate. */
function noteAttempt({ headers, log }: FastifyRequest): void {
  const attempt = Number(headers['x-envoy-attempt-count']);
  if (attempt > 1) log.info({ attempt }, 'request was sent before');
}

/** Logs one error a minute: a collector that is down must not fill the log. */
function logSeldom(log: FastifyBaseLogger): (error: unknown) => void {
  let next = 0;
  return (error) => {
    if (Date.now() < next) return;
    next = Date.now() + 60_000;
    log.warn({ error }, 'telemetry was not exported');
  };
}

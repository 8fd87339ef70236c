import { fastify, type FastifyBaseLogger } from 'fastify';
import { stdTimeFunctions, type DestinationStream } from 'pino';

import { describeError } from './describe-error.ts';

/**
 * Logs one JSON object a line, to stdout unless `stream` says otherwise. Fastify makes the logger:
 * OpenTelemetry instruments the pino that fastify requires, not one that a module imports.
 */
export function createLogger(stream: DestinationStream = process.stdout): FastifyBaseLogger {
  const { log } = fastify({
    logger: {
      base: null,
      errorKey: 'error',
      formatters: { level: (label) => ({ level: label.toUpperCase() }) },
      serializers: { error: describeError },
      timestamp: stdTimeFunctions.isoTime,
      stream,
    },
  });
  return log;
}

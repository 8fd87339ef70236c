import type { IncomingMessage } from 'node:http';

import {
  CompositePropagator,
  W3CBaggagePropagator,
  W3CTraceContextPropagator,
} from '@opentelemetry/core';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { PinoInstrumentation } from '@opentelemetry/instrumentation-pino';
import { RuntimeNodeInstrumentation } from '@opentelemetry/instrumentation-runtime-node';
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';
import { NodeSDK, resources } from '@opentelemetry/sdk-node';
import { NoopSpanProcessor } from '@opentelemetry/sdk-trace';
import type { FastifyBaseLogger } from 'fastify';

import type { ObservabilitySettings } from '../config/observability.ts';
import { version } from '../version.ts';
import { readVariables } from './variables.ts';

const service = 'orders';

const usualPropagators = new CompositePropagator({
  propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()],
});

/** Milliseconds that the last telemetry may take when the service ends. */
const flushTimeout = 3_000;

/** Sends what is left, and says so when it cannot: the service ends well without a collector. */
export type StopTelemetry = (log: FastifyBaseLogger) => Promise<void>;

/**
 * Exports traces, metrics and logs to an OpenTelemetry collector. The OTEL_ variables of the OpenTelemetry
 * specification configure it. Unless they say otherwise, the caller decides whether a trace is sampled.
 */
export function startTelemetry({ traces, metrics, logs }: ObservabilitySettings): StopTelemetry {
  const { resource, namesPropagators } = readVariables(process.env);
  const sdk = new NodeSDK({
    resource: resources.defaultResource().merge(
      resources.resourceFromAttributes({
        'service.name': service,
        'service.version': version,
        ...resource,
      }),
    ),
    resourceDetectors: [resources.envDetector], // merged last: it reads OTEL_SERVICE_NAME
    ...(!namesPropagators && { textMapPropagator: usualPropagators }),
    instrumentations: [
      new HttpInstrumentation({
        ignoreIncomingRequestHook: isProbe,
        headersToSpanAttributes: { server: { requestHeaders: ['x-envoy-attempt-count'] } },
      }),
      new UndiciInstrumentation(),
      new PinoInstrumentation({ disableLogSending: !logs }),
      ...(metrics ? [new RuntimeNodeInstrumentation()] : []),
    ],
    // Spans that are not exported still give the logs their ids.
    ...(!traces && { spanProcessors: [new NoopSpanProcessor()] }),
    ...(!metrics && { metricReaders: [] }),
    ...(!logs && { logRecordProcessors: [] }),
  });
  sdk.start();
  return async (log) => {
    const late = new Promise((_resolve, reject) => {
      const error = new Error(`not sent within ${flushTimeout} ms`);
      setTimeout(reject, flushTimeout, error).unref();
    });
    await Promise.race([sdk.shutdown(), late]).catch((error: unknown) => {
      log.warn({ error }, 'the last telemetry was lost');
    });
  };
}

function isProbe({ url }: IncomingMessage): boolean {
  return url === '/healthz' || url === '/readyz';
}

import { trace } from '@opentelemetry/api';
import { expect, test } from 'vitest';

import { startTelemetry } from '../../src/telemetry/sdk.ts';
import { Collector } from '../support/collector.ts';

test('spans that are not exported give logs their ids', async () => {
  const collector = new Collector();
  Object.assign(process.env, await collector.start(), { OTEL_TRACES_EXPORTER: 'none' });
  const stopTelemetry = startTelemetry({ traces: false, metrics: true, logs: true });
  const { captureLog } = await import('../support/log.ts');
  const { log, lines } = captureLog();
  const { traceId, spanId } = trace.getTracer('test').startActiveSpan('a-span', (span) => {
    log.info('hello');
    span.end();
    return span.spanContext();
  });
  await stopTelemetry(log);
  collector.stop();
  expect(lines).toMatchObject([{ msg: 'hello', trace_id: traceId, span_id: spanId }]);
  expect(collector.logs).toMatchObject([{ body: 'hello', traceId, spanId }]);
  expect(collector.spans).toEqual([]);
});

import { metrics, trace } from '@opentelemetry/api';
import { expect, test } from 'vitest';

import { startTelemetry } from '../../src/telemetry/sdk.ts';
import { Collector } from '../support/collector.ts';

test('nothing is sent unless configured', async () => {
  const collector = new Collector();
  Object.assign(process.env, await collector.start());
  const stopTelemetry = startTelemetry({ traces: false, metrics: false, logs: false });
  const { captureLog } = await import('../support/log.ts');
  const { log, lines } = captureLog();
  const { traceId } = trace.getTracer('test').startActiveSpan('a-span', (span) => {
    log.info('hello');
    span.end();
    return span.spanContext();
  });
  metrics.getMeter('test').createCounter('a-counter').add(1);
  await stopTelemetry(log);
  collector.stop();
  expect([collector.spans, collector.points, collector.logs]).toEqual([[], [], []]);
  expect(lines).toMatchObject([{ msg: 'hello', trace_id: traceId }]);
});

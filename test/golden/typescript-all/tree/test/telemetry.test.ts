import { globalErrorHandler } from '@opentelemetry/core';
import { fastify } from 'fastify';
import { afterEach, expect, test, vi } from 'vitest';

import { addTelemetry } from '../src/telemetry.ts';
import { captureLog } from './support/log.ts';

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
});

test('failed exports are logged once a minute', () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const { log, lines } = captureLog();
  addTelemetry(fastify({ loggerInstance: log }));
  const fail = () => globalErrorHandler(new Error('collector is down'));
  for (let failure = 0; failure < 10; failure++) fail();
  vi.advanceTimersByTime(59_999);
  fail();
  expect(lines).toMatchObject([
    { level: 'WARN', msg: 'telemetry was not exported', error: 'collector is down' },
  ]);
  vi.advanceTimersByTime(1);
  fail();
  expect(lines).toHaveLength(2);
});

test('variables that are not used are logged', () => {
  vi.stubEnv('OTEL_RESOURCE_ATTRIBUTES', 'no-pair');
  vi.stubEnv('OTEL_PROPAGATORS', 'carrier-pigeon');
  const { log, lines } = captureLog();
  addTelemetry(fastify({ loggerInstance: log }));
  const line = { level: 'WARN', msg: 'variable not used' };
  expect(lines).toMatchObject([
    {
      ...line,
      variable: 'OTEL_RESOURCE_ATTRIBUTES',
      error: expect.stringContaining('no-pair') as string,
    },
    { ...line, variable: 'OTEL_PROPAGATORS', error: expect.stringContaining('pigeon') as string },
  ]);
});

test('requests are served without telemetry', async () => {
  const app = fastify();
  addTelemetry(app);
  app.get('/', () => 'ok');
  expect(await app.inject('/')).toHaveProperty('body', 'ok');
});

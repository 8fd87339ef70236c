import { expect, test } from 'vitest';

import { loadConfig } from '../src/config.ts';
import { expectRange } from './support/config.ts';

test('load defaults', () => {
  const { port, timeout, shutdownTimeout } = loadConfig({});
  expect(port).toBeGreaterThan(0);
  expect(timeout).toBeGreaterThan(0);
  // Otherwise a shutdown cuts off requests that may take that long.
  expect(shutdownTimeout).toBeGreaterThanOrEqual(timeout);
});

test('load overrides', () => {
  const config = loadConfig({
    SERVICE_PORT: '9090',
    SERVICE_TIMEOUT: '250ms',
    SERVICE_SHUTDOWN_TIMEOUT: '',
  });
  expect(config).toMatchObject({ port: 9_090, timeout: 250 });
  expect(config.shutdownTimeout).toBe(loadConfig({}).shutdownTimeout);
});

test.each([
  ['SERVICE_PORT', ['1', '65535'], ['0', '65536', 'http', '80.5', '-1']],
  ['SERVICE_TIMEOUT', ['1ms', '24h', '1m30s', '0.5s'], ['999us', '25h', '5', '-5s', '5 s', 's']],
  ['SERVICE_SHUTDOWN_DELAY', ['0', '0s', '5m'], ['-1s', '6m', 'soon']],
  ['SERVICE_SHUTDOWN_TIMEOUT', ['1s', '48h'], ['0', '999ms', '49h', 'soon']],
])('load ranges of %s', (name, accepted, refused) => {
  expectRange(loadConfig, name, { accepted, refused });
});

test('load names every bad variable', () => {
  const load = () => loadConfig({ SERVICE_PORT: 'x', SERVICE_TIMEOUT: 'y' });
  expect(load).toThrow(
    'SERVICE_PORT="x": must be a whole number from 1 to 65535\n' +
      'SERVICE_TIMEOUT="y": must be a duration from 1ms to 24h, such as 1.5s',
  );
});

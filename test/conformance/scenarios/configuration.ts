import { describe, expect, test } from 'vitest';

import type { Surroundings } from '../surroundings.js';

/** Values that a service must refuse when it starts, by variable. */
const refused: readonly (readonly [string, string])[] = [
  ['SERVICE_PORT', '0'],
  ['SERVICE_PORT', 'http'],
  ['SERVICE_TIMEOUT', '5'],
  ['SERVICE_SHUTDOWN_TIMEOUT', '10ms'],
  ['UPSTREAM_INVENTORY_URL', 'inventory:8080'],
  ['UPSTREAM_INVENTORY_TIMEOUT', '-1s'],
  ['UPSTREAM_INVENTORY_RETRY_ATTEMPTS', '11'],
  ['UPSTREAM_INVENTORY_RETRY_ON', '503,sometimes'],
  ['UPSTREAM_INVENTORY_RETRY_BUDGET', '2'],
  ['UPSTREAM_INVENTORY_CIRCUIT_BREAKER_FAILURE_RATIO', 'NaN'],
  ['UPSTREAM_INVENTORY_CIRCUIT_BREAKER_WINDOW', '61m'],
  ['JWT_AUDIENCES', 'orders,'],
  ['JWT_JWKS_URI', 'file:///keys'],
  ['JWT_ALGORITHMS', 'RS256,none'],
  ['JWT_ALGORITHMS', 'HS256'],
  ['JWT_LEEWAY', '6m'],
  ['JWT_ANONYMOUS_PATHS', 'healthz'],
  ['JWT_READY_WITHOUT_KEYS', 'yes'],
  ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector:4318'],
];

/** Every variable whose value cannot be any text. */
const checked: readonly string[] = [
  'JWT_ALGORITHMS',
  'JWT_ANONYMOUS_PATHS',
  'JWT_AUDIENCES',
  'JWT_JWKS_URI',
  'JWT_LEEWAY',
  'JWT_READY_WITHOUT_KEYS',
  'OTEL_EXPORTER_OTLP_ENDPOINT',
  'OTEL_EXPORTER_OTLP_LOGS_ENDPOINT',
  'OTEL_EXPORTER_OTLP_METRICS_ENDPOINT',
  'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT',
  'SERVICE_PORT',
  'SERVICE_SHUTDOWN_TIMEOUT',
  'SERVICE_TIMEOUT',
  'UPSTREAM_INVENTORY_CIRCUIT_BREAKER_FAILURE_RATIO',
  'UPSTREAM_INVENTORY_CIRCUIT_BREAKER_HALF_OPEN_REQUESTS',
  'UPSTREAM_INVENTORY_CIRCUIT_BREAKER_MINIMUM_REQUESTS',
  'UPSTREAM_INVENTORY_CIRCUIT_BREAKER_OPEN_FOR',
  'UPSTREAM_INVENTORY_CIRCUIT_BREAKER_WINDOW',
  'UPSTREAM_INVENTORY_RETRY_ATTEMPTS',
  'UPSTREAM_INVENTORY_RETRY_BACKOFF_INITIAL',
  'UPSTREAM_INVENTORY_RETRY_BACKOFF_MAX',
  'UPSTREAM_INVENTORY_RETRY_BUDGET',
  'UPSTREAM_INVENTORY_RETRY_ON',
  'UPSTREAM_INVENTORY_RETRY_PER_ATTEMPT_TIMEOUT',
  'UPSTREAM_INVENTORY_TIMEOUT',
  'UPSTREAM_INVENTORY_URL',
];

/** A service that cannot be as it is told to does not start, and says why. */
export function configuration(around: Surroundings): void {
  describe('configuration', () => {
    test.each(refused)('%s=%s is refused', async (name, value) => {
      const service = await around.start({ [name]: value });
      expect(service.exitCode).toBe(1);
      await service.ended;
      expect(service.lines).toEqual([
        {
          time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
          level: 'ERROR',
          msg: 'service failed',
          error: expect.stringContaining(`${name}=${JSON.stringify(value)}: must be `),
        },
      ]);
    });

    test('everything that is wrong is said at once, a line each', async () => {
      const service = await around.start(Object.fromEntries(checked.map((name) => [name, ',?'])));
      expect(service.exitCode).toBe(1);
      await service.ended;
      const { error } = await service.line('service failed');
      const named = String(error).split('\n');
      expect(named.map((line) => line.replace(/=",\?": must be .*$/, '')).sort()).toEqual(checked);
    });

    test('an empty value is none', async () => {
      const service = await around.start({ SERVICE_TIMEOUT: '' });
      expect(await service.stop()).toBe(0);
    });

    test.each([
      ['OTEL_TRACES_EXPORTER', 'carrier-pigeon'],
      ['OTEL_METRICS_EXPORTER', 'carrier-pigeon'],
      ['OTEL_LOGS_EXPORTER', 'carrier-pigeon'],
    ])('%s=%s, which the SDK reads, is refused', async (name, value) => {
      const service = await around.start({ [name]: value });
      expect(service.exitCode).toBe(1);
      await service.ended;
      expect((await service.line('service failed')).error).toContain(name);
    });
  });
}

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
  ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector:4318'],
];

/** A service that cannot be as it is told to does not start, and says why. */
export function configuration(around: Surroundings): void {
  describe('configuration', () => {
    test.each(refused)('%s=%s is refused', async (name, value) => {
      const service = await around.start({ [name]: value });
      await service.ended;
      expect(service.exitCode).toBe(1);
      expect(service.lines).toEqual([
        {
          time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
          level: 'ERROR',
          msg: 'service failed',
          error: expect.stringContaining(`${name}=${JSON.stringify(value)}: must be `),
        },
      ]);
    });

    test('everything that is wrong is said at once', async () => {
      const service = await around.start({ SERVICE_TIMEOUT: 'soon', JWT_LEEWAY: 'later' });
      await service.ended;
      const { error } = await service.line('service failed');
      expect(error).toMatch(/SERVICE_TIMEOUT="soon": must be .*\nJWT_LEEWAY="later": must be /);
    });

    test('an empty value is none', async () => {
      const service = await around.start({ SERVICE_TIMEOUT: '' });
      expect(await service.stop()).toBe(0);
    });

    test('an unknown exporter is refused', async () => {
      const service = await around.start({ OTEL_TRACES_EXPORTER: 'carrier-pigeon' });
      await service.ended;
      expect(service.exitCode).toBe(1);
      expect((await service.line('service failed')).error).toContain('OTEL_TRACES_EXPORTER');
    });
  });
}

import { expect, test } from 'vitest';

import { answer, FakeUpstream } from '../support/upstream.ts';
import { buildUpstreamRoutes } from '../support/upstream-routes.ts';

const upstream = 'inventory';
const variables = 'INVENTORY';
const path = `/v1/upstreams/${upstream}/items/7`;

test('inventory client opens its breaker', async () => {
  const fake = new FakeUpstream(answer(501));
  const { app, lines } = buildUpstreamRoutes(fake.send, {
    [`${variables}_CIRCUIT_BREAKER_FAILURE_RATIO`]: '1',
    [`${variables}_CIRCUIT_BREAKER_MINIMUM_REQUESTS`]: '20',
    [`${variables}_CIRCUIT_BREAKER_OPEN_FOR`]: '1h',
  });
  for (let count = 0; count < 20; count++) await app.inject(path);
  const response = await app.inject(path);
  expect(response.statusCode).toBe(503);
  expect(Number(response.headers['retry-after'])).toBeGreaterThan(3_500);
  expect(fake.calls).toHaveLength(20);
  expect(lines).toContainEqual(expect.objectContaining({ upstream, to: 'open' }));
  // The breaker counts what it refuses.
  expect(lines.filter(({ msg }) => msg === 'upstream call failed')).toHaveLength(20);
});

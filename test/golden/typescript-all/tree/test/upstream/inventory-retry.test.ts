import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { finish } from '../support/clock.ts';
import { answer, FakeUpstream } from '../support/upstream.ts';
import { buildUpstreamRoutes } from '../support/upstream-routes.ts';

const upstream = 'inventory';
const variables = 'INVENTORY';
const path = `/v1/upstreams/${upstream}/items/7`;

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

test('inventory client tries again', async () => {
  const item = { id: '7', name: 'lamp' };
  const fake = new FakeUpstream(answer(429), answer(200, {}, item));
  const { app } = buildUpstreamRoutes(fake.send, {
    [`${variables}_RETRY_ATTEMPTS`]: '2',
    [`${variables}_RETRY_BACKOFF_INITIAL`]: '1ms',
    [`${variables}_RETRY_ON`]: '429',
  });
  const response = await finish(app.inject(path).then((value) => value));
  expect(response.json()).toEqual(item);
  expect(fake.calls).toHaveLength(2);
});

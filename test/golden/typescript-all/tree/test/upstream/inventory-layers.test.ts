import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import type { Send } from '../../src/upstream/call.ts';
import { finish } from '../support/clock.ts';
import { answer, FakeUpstream, hang } from '../support/upstream.ts';
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

describe('inventory client counts every try', () => {
  const refused = new FakeUpstream(answer(503));
  const cases: [string, Send][] = [
    ['refused', refused.send],
    ['hanging', hang],
  ];
  test.each(cases)('%s', async (_name, send) => {
    let tries = 0;
    const { app } = buildUpstreamRoutes(
      (call) => {
        tries += 1;
        return send(call);
      },
      {
        [`${variables}_TIMEOUT`]: '1h',
        [`${variables}_RETRY_ATTEMPTS`]: '2',
        [`${variables}_RETRY_PER_ATTEMPT_TIMEOUT`]: '1s',
        [`${variables}_RETRY_ON`]: '503,timeout',
        [`${variables}_CIRCUIT_BREAKER_FAILURE_RATIO`]: '1',
        [`${variables}_CIRCUIT_BREAKER_MINIMUM_REQUESTS`]: '2',
        [`${variables}_CIRCUIT_BREAKER_OPEN_FOR`]: '1h',
      },
    );
    await finish(app.inject(path).then((value) => value));
    const response = await finish(app.inject(path).then((value) => value));
    expect(response.headers['retry-after']).toBe('3600');
    expect(tries).toBe(2);
  });
});

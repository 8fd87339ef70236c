import { expect, test } from 'vitest';

import { loadBreaker } from '../../src/config/breaker.ts';
import { expectRange, loadPart } from '../support/config.ts';

const valid = {
  UPSTREAM_X_CIRCUIT_BREAKER_FAILURE_RATIO: '0.25',
  UPSTREAM_X_CIRCUIT_BREAKER_MINIMUM_REQUESTS: '8',
  UPSTREAM_X_CIRCUIT_BREAKER_WINDOW: '30s',
  UPSTREAM_X_CIRCUIT_BREAKER_OPEN_FOR: '5s',
  UPSTREAM_X_CIRCUIT_BREAKER_HALF_OPEN_REQUESTS: '2',
};

function load(variables: Record<string, string>) {
  return loadPart((env) => loadBreaker(env, 'X'), { ...valid, ...variables });
}

test('circuit breaker', () => {
  expect(load({})).toEqual({
    failureRatio: 0.25,
    minimumRequests: 8,
    window: 30_000,
    openFor: 5_000,
    halfOpenRequests: 2,
  });
});

test.each([
  ['FAILURE_RATIO', ['0.01', '1'], ['0.009', '1.01', 'NaN', 'most', '+1', '1e-1']],
  ['MINIMUM_REQUESTS', ['1', '100000'], ['0', '100001']],
  ['WINDOW', ['1s', '1h'], ['999ms', '61m']],
  ['OPEN_FOR', ['100ms', '1h'], ['99ms', '61m']],
  ['HALF_OPEN_REQUESTS', ['1', '1000'], ['0', '1001']],
])('circuit breaker ranges of %s', (key, accepted, refused) => {
  expectRange(load, `UPSTREAM_X_CIRCUIT_BREAKER_${key}`, { accepted, refused });
});

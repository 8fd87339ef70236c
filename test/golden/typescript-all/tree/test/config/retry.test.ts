import { expect, test } from 'vitest';

import { loadRetry } from '../../src/config/retry.ts';
import { expectRange, loadPart } from '../support/config.ts';

const valid = {
  UPSTREAM_X_RETRY_ATTEMPTS: '3',
  UPSTREAM_X_RETRY_PER_ATTEMPT_TIMEOUT: '200ms',
  UPSTREAM_X_RETRY_BACKOFF_INITIAL: '10ms',
  UPSTREAM_X_RETRY_BACKOFF_MAX: '80ms',
  UPSTREAM_X_RETRY_ON: 'reset, 503',
  UPSTREAM_X_RETRY_BUDGET: '0.5',
};

function load(variables: Record<string, string>) {
  return loadPart((env) => loadRetry(env, 'X'), { ...valid, ...variables });
}

test('retry', () => {
  expect(load({})).toEqual({
    attempts: 3,
    perAttemptTimeout: 200,
    backoffInitial: 10,
    backoffMax: 80,
    on: ['reset', '503'],
    budget: 0.5,
  });
});

test.each([
  ['ATTEMPTS', ['1', '10'], ['0', '11', 'many']],
  ['PER_ATTEMPT_TIMEOUT', ['1ms', '1h'], ['999us', '61m']],
  ['BACKOFF_INITIAL', ['1ms', '1m'], ['999us', '61s']],
  ['BACKOFF_MAX', ['1ms', '1h'], ['999us', '61m']],
  [
    'ON',
    ['connect-error,timeout', '400', '599'],
    ['5xx', 'reset,,503', '399', '600', '5030', 'x503'],
  ],
  ['BUDGET', ['0.01', '1'], ['0.009', '1.01', 'NaN', 'a fifth', '1e-1']],
])('retry ranges of %s', (key, accepted, refused) => {
  expectRange(load, `UPSTREAM_X_RETRY_${key}`, { accepted, refused });
});

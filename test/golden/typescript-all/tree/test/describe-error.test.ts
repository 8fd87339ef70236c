import { describe, expect, test } from 'vitest';

import { describeError } from '../src/describe-error.ts';

const refused = new Error('connect ECONNREFUSED 10.0.0.1:80');

describe('an error is described', () => {
  test.each([
    ['a message', new Error('lost'), 'lost'],
    [
      'a cause',
      new Error('failed', { cause: refused }),
      'failed: connect ECONNREFUSED 10.0.0.1:80',
    ],
    ['a cause that is no error', new Error('failed', { cause: { claim: 'iss' } }), 'failed'],
    ['only a cause', new Error('', { cause: refused }), 'connect ECONNREFUSED 10.0.0.1:80'],
    ['several addresses', new AggregateError([refused]), 'connect ECONNREFUSED 10.0.0.1:80'],
    ['no error', 'lost', 'lost'],
  ])('%s', (_name, error, text) => {
    expect(describeError(error)).toBe(text);
  });
});

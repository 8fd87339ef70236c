import { z } from 'zod';

import { duration, wholeNumber, type Environment } from './environment.ts';

/** Which failed calls of an upstream are tried again. */
export type RetrySettings = {
  /** Tries of a call, the first included. */
  readonly attempts: number;
  /** Longest wait for the response headers of one try. */
  readonly perAttemptTimeout: number;
  /** Longest pause before the second try; it doubles from try to try. */
  readonly backoffInitial: number;
  /** Bounds the pause that has doubled. */
  readonly backoffMax: number;
  /** The failures that are tried again: connect-error, reset, timeout and status codes. */
  readonly on: readonly string[];
  /** Share of the calls that may be tried again. */
  readonly budget: number;
};

export function loadRetry(env: Environment, upstream: string): RetrySettings {
  const prefix = `UPSTREAM_${upstream}_RETRY_`;
  return {
    attempts: env.read(`${prefix}ATTEMPTS`, wholeNumber(1, 10)),
    perAttemptTimeout: env.read(`${prefix}PER_ATTEMPT_TIMEOUT`, duration('1ms', '1h')),
    backoffInitial: env.read(`${prefix}BACKOFF_INITIAL`, duration('1ms', '1m')),
    backoffMax: env.read(`${prefix}BACKOFF_MAX`, duration('1ms', '1h')),
    on: env.read(`${prefix}ON`, conditions),
    budget: env.read(`${prefix}BUDGET`, budget),
  };
}

const conditions = z
  .string()
  .transform((text) => text.split(',').map((condition) => condition.trim()))
  .refine((values) => values.every(isCondition), {
    error:
      'must be a comma-separated list of connect-error, reset, timeout and status codes from 400 to 599',
  });

function isCondition(text: string): boolean {
  return /^(?:connect-error|reset|timeout|[45]\d\d)$/.test(text);
}

const error = 'must be a number from 0.01 to 1';

const budget = z
  .string()
  .regex(/^\d+(?:\.\d+)?$/, { error, abort: true })
  .transform(Number)
  .refine((value) => value >= 0.01 && value <= 1, { error });

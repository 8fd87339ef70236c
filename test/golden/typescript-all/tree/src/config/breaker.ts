import { z } from 'zod';

import { duration, wholeNumber, type Environment } from './environment.ts';

/** When an upstream is no longer called because it fails. */
export type BreakerSettings = {
  /** Share of failures among the tries within the window that opens the breaker. */
  readonly failureRatio: number;
  /** Tries within the window before it opens. */
  readonly minimumRequests: number;
  /** How far back tries count. */
  readonly window: number;
  /** How long an open breaker refuses calls. */
  readonly openFor: number;
  /** Calls that are let through after that; it closes when all of them succeed. */
  readonly halfOpenRequests: number;
};

export function loadBreaker(env: Environment, upstream: string): BreakerSettings {
  const prefix = `UPSTREAM_${upstream}_CIRCUIT_BREAKER_`;
  return {
    failureRatio: env.read(`${prefix}FAILURE_RATIO`, ratio),
    minimumRequests: env.read(`${prefix}MINIMUM_REQUESTS`, wholeNumber(1, 100_000)),
    window: env.read(`${prefix}WINDOW`, duration('1s', '1h')),
    openFor: env.read(`${prefix}OPEN_FOR`, duration('100ms', '1h')),
    halfOpenRequests: env.read(`${prefix}HALF_OPEN_REQUESTS`, wholeNumber(1, 1_000)),
  };
}

const error = 'must be a number from 0.01 to 1';

const ratio = z
  .string()
  .regex(/^\d+(?:\.\d+)?$/, { error, abort: true })
  .transform(Number)
  .refine((value) => value >= 0.01 && value <= 1, { error });

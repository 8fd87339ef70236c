import { z } from 'zod';

import { duration, type Environment } from './environment.ts';
import { loadBreaker } from './breaker.ts';
import { loadRetry } from './retry.ts';

/** How other services are called. */
export function loadUpstreams(env: Environment) {
  return {
    inventory: {
      ...loadUpstream(env, 'INVENTORY'),
      breaker: loadBreaker(env, 'INVENTORY'),
      retry: loadRetry(env, 'INVENTORY'),
    },
  };
}

/** What is said of every upstream. */
export type UpstreamSettings = {
  /** Put in front of every request path. */
  readonly url: string;
  /** Milliseconds of a whole call as its caller sees it, repeated tries and pauses included. */
  readonly timeout: number;
};

function loadUpstream(env: Environment, upstream: string): UpstreamSettings {
  const prefix = `UPSTREAM_${upstream}_`;
  return {
    url: env.read(`${prefix}URL`, baseUrl),
    timeout: env.read(`${prefix}TIMEOUT`, duration('1ms', '1h')),
  };
}

const error = 'must be an http or https URL with a host and without a query';

/** Accepts what a request path can be appended to. */
const baseUrl = z
  .url({ protocol: /^https?$/, error })
  .regex(/^[^?#]+$/, { error })
  .transform((url) => url.replace(/\/$/, ''));

import { retryPolicies } from '../../flow/service-configs.js';
import type { Rule } from '../rule.js';

/** The first try and one more: fewer is no retry policy. */
const LEAST = 2;

export const grpcMaxattempts1: Rule = {
  code: 'GRPC_MAXATTEMPTS_1',
  severity: 'error',
  layer: 'app',
  title: 'A retryPolicy of a gRPC service config has fewer than 2 attempts.',
  reads: ['mesh/workload'],
  why: 'maxAttempts counts tries, the first included. With 1 grpc-go returns an error from NewClient, and grpc-js throws (measured): the client does not start. Read are variables of containers, also from ConfigMaps, whose text is JSON with methodConfig[].retryPolicy.maxAttempts.',
  fix: 'At least 2, or no retryPolicy.',
  check: ({ all }) =>
    retryPolicies(all)
      .filter(({ maxAttempts }) => maxAttempts < LEAST)
      .map(({ target, variable, place, names, maxAttempts }) => ({
        target,
        at: place,
        message: `${variable} has a retryPolicy for ${names.join(', ')} with maxAttempts ${maxAttempts}: clients refuse the service config.`,
        fix: `maxAttempts: ${LEAST}, or no retryPolicy, which is one try.`,
      })),
};

import { retryPolicies } from '../../flow/service-configs.js';
import type { Rule } from '../rule.js';

/** What clients make of more, unless their code raises it. */
const CAP = 5;

export const grpcAttemptsCapped: Rule = {
  code: 'GRPC_ATTEMPTS_CAPPED',
  severity: 'warning',
  layer: 'app',
  title: 'A retryPolicy of a gRPC service config has more attempts than clients make.',
  reads: ['mesh/workload'],
  why: 'grpc-go makes at most 5 tries whatever maxAttempts says (measured), as the specification of gRPC retries asks; only an option in code, grpc.WithMaxCallAttempts, raises that. Read are variables of containers, also from ConfigMaps, whose text is JSON with methodConfig[].retryPolicy.maxAttempts.',
  fix: 'At most 5.',
  check: ({ all }) =>
    retryPolicies(all)
      .filter(({ maxAttempts }) => maxAttempts > CAP)
      .map(({ target, variable, place, names, maxAttempts }) => ({
        target,
        at: place,
        message: `${variable} has a retryPolicy for ${names.join(', ')} with maxAttempts ${maxAttempts}: clients make ${CAP} tries, unless their code raises the limit.`,
        fix: `maxAttempts: ${CAP} or fewer.`,
      })),
};

import { EJECTION } from '../../../model/coherent-policy.js';
import type { Emitted } from '../../../model/context.js';
import { formatDuration } from '../../../model/duration.js';

/**
 * For how long a replica gets nothing the first time, ms: then one request probes it. Linkerd has no share of replicas
 * that stay, so that all of them can be out at once, and then each caller waits for a probe. It is Linkerd's default.
 */
export const MIN_PENALTY = 1_000;

/** When clients stop sending to one replica: failure accrual, in the words of annotations of a Service. */
export const accrual = {
  maxFailures: EJECTION.errors,
  minPenalty: formatDuration(MIN_PENALTY),
  maxPenalty: formatDuration(EJECTION.time),
} satisfies Emitted;

import { replicasOf } from '../../../flow/workloads.js';
import { fullHost } from '../../../manifests/cursor.js';
import type { Rule } from '../../../rules/rule.js';
import { ACCRUAL, retriesOf } from '../read/annotations.js';
import { annotatedIn, linkerdWorld } from '../written/annotated.js';

export const l5dAccrualTripsAll: Rule = {
  code: 'L5D_ACCRUAL_TRIPS_ALL',
  severity: 'warning',
  layer: 'mesh',
  title: 'The breaker of endpoints leaves none of them.',
  reads: ['mesh/objects'],
  why: 'Failure accrual has no cap: with one endpoint, or when all fail, everything is tripped. The next caller waits for the probe, the ones after it get 504 after 3 s, then 503 at once. Retries feed it: one caller with limit 2 spent all 3 failures (measured).',
  fix: 'No failure accrual for a single replica; with two, more failures than one call can make.',
  check: (composition) => {
    const world = linkerdWorld(composition);
    return (world === undefined ? [] : annotatedIn(world)).flatMap(({ object, target, read }) => {
      const { accrual, retry } = read;
      if (accrual?.mode.value !== 'consecutive') return [];
      const { name, namespace } = object.object;
      const replicas = replicasOf(fullHost(name, namespace || undefined), composition.all);
      if (replicas === undefined || replicas.value === 0) return [];
      const tries = 1 + (retry === undefined ? 0 : retriesOf(retry));
      const isOne = replicas.value === 1;
      if (!isOne && (replicas.value > 2 || tries < accrual.maxFailures.value)) return [];
      return [
        {
          target,
          at: accrual.mode.place,
          also: [replicas.place],
          message: isOne
            ? `${target} has one replica: ${accrual.maxFailures.value} failures in a row leave none, for ${accrual.minPenalty.value} ms and longer.`
            : `One failing call makes ${tries} tries at ${replicas.value} replicas, and ${accrual.maxFailures.value} failures in a row trip one: a few calls leave none.`,
          fix: isOne
            ? `No ${ACCRUAL} annotations at one replica; the application's breaker does the same.`
            : `${ACCRUAL}-consecutive-max-failures above ${tries}, or fewer retries.`,
        },
      ];
    });
  },
};

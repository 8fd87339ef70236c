import { isAmbientPods } from '../effective/ambient.js';
import { podsWith } from '../../../flow/pods.js';
import type { Rule } from '../../../rules/rule.js';

export const ambientDryrunInert: Rule = {
  code: 'AMBIENT_DRYRUN_INERT',
  severity: 'warning',
  layer: 'mesh',
  title: 'A policy of the ambient mesh that is to be tried, and of which ztunnel never hears.',
  reads: ['mesh/authorization', 'mesh/workload'],
  why: 'istiod does not send a policy with istio.io/dry-run to ztunnel unless AMBIENT_ENABLE_DRY_RUN_AUTHORIZATION_POLICY is set (1.29 and later; ambient/authorization.go): nothing is logged. An older ztunnel would carry it out.',
  fix: 'targetRefs to the Service, where its waypoint tries it, or the access log of ztunnel.',
  check: ({ all }) =>
    all('mesh/authorization').flatMap(({ target, namespace, place, values }) => {
      if (!values.dryRun || values.hasTargetRefs || namespace === undefined) return [];
      const pods = podsWith({ namespace, labels: values.selector }, all);
      if (pods.length === 0 || !pods.every(isAmbientPods)) return [];
      return [
        {
          target,
          at: place,
          also: pods.slice(0, 1).map((one) => one.place),
          message: `${target} has istio.io/dry-run and is for ${pods[0]?.target ?? ''} of the ambient mesh: ztunnel is not sent it, so that nothing is tried and nothing logged.`,
          fix: 'targetRefs with the Service in place of selector, where it has a waypoint.',
        },
      ];
    }),
};

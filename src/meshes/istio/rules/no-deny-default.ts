import { isAmbientPods } from '../effective/ambient.js';
import { allowedAtOwn } from '../effective/policies-of.js';
import type { Rule } from '../../../rules/rule.js';

export const noDenyDefault: Rule = {
  code: 'NO_DENY_DEFAULT',
  severity: 'warning',
  layer: 'mesh',
  title: 'No policy says who may call: everybody in the mesh may.',
  reads: ['app/meshIdentity', 'mesh/workload'],
  why: 'Without an ALLOW policy on the workload every request passes (KIA1301).',
  fix: "An AuthorizationPolicy, action ALLOW, with the callers' principals.",
  check: (composition) => {
    const { workload } = composition;
    const isTried = composition.all('app/meshIdentity')[0]?.values.observed === true;
    // ztunnel cannot try a policy: while all is only tried, there is none.
    if (workload === undefined || (isTried && isAmbientPods(workload))) return [];
    if (allowedAtOwn(composition).length > 0) return [];
    return [
      {
        target: workload.target,
        at: workload.place,
        message: `No AuthorizationPolicy with action ALLOW holds for ${workload.target}: every workload of the mesh may call it.`,
        fix: 'An AuthorizationPolicy with the principals of the callers.',
      },
    ];
  },
};

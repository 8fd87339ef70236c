import { cite, type Rule } from '../../../rules/rule.js';
import { claimsOf } from '../effective/claims.js';

export const mtlsTwice: Rule = {
  code: 'MTLS_TWICE',
  severity: 'warning',
  layer: 'mesh',
  title: 'Two PeerAuthentications are for the same pods and say different things.',
  reads: ['mesh/selection', 'mesh/mtls'],
  why: 'Of several PeerAuthentications for a namespace, or of several that select one pod, the oldest is taken whole (authn/policy_applier.go, ComposePeerAuthentication; KIA0002, KIA0003): STRICT in a younger one leaves the pod open to plain text.',
  fix: 'One PeerAuthentication for the namespace, and selectors that share no pod.',
  check: ({ all }) => {
    const said = new Map(
      all('mesh/mtls').map(({ target, place, values }) => [
        `${place.file} ${target}`,
        JSON.stringify([values.mode.value, Object.entries(values.ports).sort()]),
      ]),
    );
    return claimsOf('PeerAuthentication', all).flatMap(({ policy, others, pods }) => {
      const words = (one: typeof policy) => said.get(`${one.place.file} ${one.target}`);
      const different = others.filter((other) => words(other) !== words(policy));
      if (different.length === 0) return [];
      return [
        {
          target: policy.target,
          at: policy.place,
          also: different.map(({ place }) => place),
          message: `${policy.target} and ${different.map(({ target, place }) => `${target} (${cite(place)})`).join(', ')} are both for ${pods === undefined ? `every pod of namespace ${policy.namespace ?? ''}` : pods.target} and differ: only the oldest acts.`,
          fix: 'Join them into one, or give them selectors that share no pod.',
        },
      ];
    });
  },
};

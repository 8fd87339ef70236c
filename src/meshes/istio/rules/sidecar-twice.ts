import { claimsOf } from '../effective/claims.js';
import { cite, type Rule } from '../../../rules/rule.js';

export const sidecarTwice: Rule = {
  code: 'SIDECAR_TWICE',
  severity: 'error',
  layer: 'mesh',
  title: 'Two Sidecars are for the same pods, and only one of them acts.',
  reads: ['mesh/selection'],
  why: 'A pod takes one Sidecar: of several for a namespace, or of several that select it, Istio uses the oldest and ignores the others (sidecar.proto: the behaviour is undefined; IST0110, IST0111, KIA1002, KIA1003).',
  fix: 'One Sidecar without a workloadSelector in a namespace, and selectors that share no pod.',
  check: ({ all }) =>
    claimsOf('Sidecar', all).map(({ policy, others, pods }) => ({
      target: policy.target,
      at: policy.place,
      also: others.map(({ place }) => place),
      message: `${policy.target} and ${others.map(({ target, place }) => `${target} (${cite(place)})`).join(', ')} are both for ${pods === undefined ? `every pod of namespace ${policy.namespace ?? ''}` : pods.target}: only one of them acts.`,
      fix: 'Join them, or give them selectors that share no pod.',
    })),
};

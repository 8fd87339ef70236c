import { claimsOf } from '../effective/claims.js';
import { cite, type Rule } from '../../../rules/rule.js';

export const telemetryTwice: Rule = {
  code: 'TELEMETRY_TWICE',
  severity: 'error',
  layer: 'mesh',
  title: 'Two Telemetries are for the same pods, and only one of them acts.',
  reads: ['mesh/selection'],
  why: 'Of the Telemetries without a selector in one namespace, and of those that select one pod, Istio takes the oldest whole: the others are ignored, also where they are about something else (model/telemetry.go, applicableTelemetries; IST0159, IST0160).',
  fix: 'One Telemetry with all of tracing, metrics and accessLogging, and selectors that share no pod.',
  check: ({ all }) =>
    claimsOf('Telemetry', all).map(({ policy, others, pods }) => ({
      target: policy.target,
      at: policy.place,
      also: others.map(({ place }) => place),
      message: `${policy.target} and ${others.map(({ target, place }) => `${target} (${cite(place)})`).join(', ')} are both for ${pods === undefined ? `every pod of namespace ${policy.namespace ?? ''}` : pods.target}: only the oldest acts.`,
      fix: 'Join them into one.',
    })),
};

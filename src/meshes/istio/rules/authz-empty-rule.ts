import type { Rule } from '../../../rules/rule.js';

export const authzEmptyRule: Rule = {
  code: 'AUTHZ_EMPTY_RULE',
  severity: 'warning',
  layer: 'mesh',
  title: 'A rule without conditions stands beside others, which then decide nothing.',
  reads: ['mesh/authorization'],
  why: 'A request that matches any one rule of a policy matches the policy, and {} matches every request: ALLOW lets everybody in, DENY lets nobody in (authorization_policy.proto, rules).',
  fix: 'Take the empty rule out, or keep it alone where everybody is meant.',
  check: ({ all }) =>
    all('mesh/authorization').flatMap(({ target, values }) => {
      const { rules, action } = values;
      const empty = rules.find(({ isEmpty }) => isEmpty);
      if (empty === undefined || rules.every(({ isEmpty }) => isEmpty)) return [];
      const effect =
        action.value === 'DENY' ? 'every request is denied' : 'every caller matches this policy';
      return [
        {
          target,
          at: empty.place,
          message: `One of the ${rules.length} rules is empty: ${effect}, and the other rules decide nothing.`,
          fix: 'Take the empty rule out, or the others where everybody is meant.',
        },
      ];
    }),
};

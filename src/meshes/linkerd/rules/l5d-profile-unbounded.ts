import { down, exists, flag, itemsOf, targetOf, text } from '../../../manifests/cursor.js';
import { setValue, type Rule } from '../../../rules/rule.js';
import { TRIES_OF_PROFILE } from '../effective/profile-routes.js';
import { linkerdWorld } from '../written/annotated.js';

export const l5dProfileUnbounded: Rule = {
  code: 'L5D_PROFILE_UNBOUNDED',
  severity: 'error',
  layer: 'mesh',
  title: 'A route of a ServiceProfile repeats one call until its budget is spent.',
  reads: ['mesh/objects'],
  why: 'isRetryable has no limit for one request, only the budget of all calls together (20 % and 10 a second, over 10 s): one call that always failed made 95 tries in 145 ms (measured), a POST too. Annotations have a limit.',
  fix: 'retry.linkerd.io/http and retry.linkerd.io/limit on an HTTPRoute, and no ServiceProfile.',
  check: (composition) => {
    const world = linkerdWorld(composition);
    return (world?.ofKind('linkerd.io', 'ServiceProfile') ?? []).flatMap((profile) => {
      const budget = exists(down(profile, 'spec', 'retryBudget'));
      return itemsOf(down(profile, 'spec', 'routes')).flatMap((route) => {
        const isRetryable = flag(down(route, 'isRetryable'), false);
        if (!isRetryable.value) return [];
        const name = text(down(route, 'name'), 'a route').value;
        return [
          {
            target: targetOf(profile),
            at: isRetryable.place,
            // Who wrote a budget has thought of how much it may be.
            severity: budget ? ('warning' as const) : ('error' as const),
            message: `"${name}" may be repeated as often as the budget of all calls allows: one call was seen to make ${TRIES_OF_PROFILE} tries.`,
            fix: 'isRetryable: false, and retry annotations with a limit on an HTTPRoute.',
            edits: setValue(isRetryable, false),
          },
        ];
      });
    });
  },
};

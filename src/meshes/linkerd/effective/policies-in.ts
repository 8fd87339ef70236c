import { targetOf, type Cursor } from '../../../manifests/cursor.js';
import { perWorld } from '../../../manifests/kind.js';
import { policyOfRule, policyOfService, type CallPolicy } from '../read/route-policy.js';
import { annotatedIn, routesTo } from '../written/annotated.js';
import { rulesOf, type WrittenRoute } from '../written/routes.js';
import { findService } from '../written/services.js';

/** What holds for the requests of a Service without routes, or of one rule. */
export type HeldPolicy = {
  /** `Kind/name` of what holds it. */
  readonly target: string;
  readonly object: Cursor;
  readonly kind: 'Service' | WrittenRoute['kind'];
  /** Absent for a Service. */
  readonly rule: Cursor | undefined;
  readonly policy: CallPolicy;
};

/** Every policy for calls that is written: of Services, and of rules with what they take from their Service. */
export const policiesIn = perWorld<readonly HeldPolicy[]>((world) => [
  ...annotatedIn(world)
    .filter(({ kind }) => kind === 'Service')
    .map(({ object, target }): HeldPolicy => ({
      target,
      object,
      kind: 'Service',
      rule: undefined,
      policy: policyOfService(object),
    })),
  ...routesTo('Service', world).flatMap(({ object, kind, parent }) =>
    rulesOf({ object }).map((rule): HeldPolicy => ({
      target: targetOf(object),
      object,
      kind,
      rule,
      policy: policyOfRule({ object, rule }, findService(parent, world)),
    })),
  ),
]);

import type { SelectionControl } from '../../../model/selection-control.js';
import { podsWith, type Pods } from '../../../flow/pods.js';
import { addTo, type Selector } from '../../../flow/selector.js';

/** Objects of one kind of which only one can act, on the same pods. */
export type Claim = {
  readonly policy: SelectionControl;
  readonly others: readonly SelectionControl[];
  /** Absent where they are for a whole namespace. */
  readonly pods: Pods | undefined;
};

/** Several for a namespace, or several that select the same pods; each is named once. */
export function claimsOf(objectKind: string, all: Selector): readonly Claim[] {
  const wide = new Map<string, SelectionControl[]>();
  const narrow = new Map<Pods, SelectionControl[]>();
  for (const policy of all('mesh/selection')) {
    const { namespace, values } = policy;
    if (values.objectKind !== objectKind || values.hasTargetRefs || namespace === undefined)
      continue;
    if (Object.keys(values.selector ?? {}).length === 0) addTo(wide, namespace, policy);
    else {
      for (const pods of podsWith({ namespace, labels: values.selector }, all))
        addTo(narrow, pods, policy);
    }
  }
  const claims = new Map<SelectionControl, Claim>();
  const add = (policies: readonly SelectionControl[], pods: Pods | undefined) => {
    if (policies.length < 2) return;
    for (const policy of policies) {
      if (claims.has(policy)) continue;
      claims.set(policy, { policy, others: policies.filter((other) => other !== policy), pods });
    }
  };
  for (const policies of wide.values()) add(policies, undefined);
  for (const [pods, policies] of narrow) add(policies, pods);
  return [...claims.values()];
}

import { podsWith } from '../../../flow/pods.js';
import type { Selector } from '../../../flow/selector.js';
import type { SelectionControl } from '../../../model/selection-control.js';
import type { Report, Rule } from '../../../rules/rule.js';
import { ROOT_NAMESPACE } from '../effective/lookup.js';

export const rootSelector: Rule = {
  code: 'ROOT_SELECTOR',
  severity: 'warning',
  layer: 'mesh',
  title: "An object with a selector in Istio's root namespace does not hold for the mesh.",
  reads: ['mesh/selection'],
  why: 'In the root namespace only a Sidecar or PeerAuthentication without a selector holds everywhere. With one, a Sidecar is only for pods of that namespace (push_context.go, initSidecarScopes; KIA1006), and a PeerAuthentication is never used (authn/policy_applier.go, ComposePeerAuthentication).',
  fix: 'The same object in the namespace of its pods, or without the selector for the whole mesh.',
  check: ({ all }) =>
    all('mesh/selection').flatMap((policy) =>
      policy.namespace === ROOT_NAMESPACE ? checkPolicy(policy, all) : [],
    ),
};

function checkPolicy(
  { target, namespace, place, values }: SelectionControl,
  all: Selector,
): Report[] {
  const { objectKind, selector: labels = {} } = values;
  if (Object.keys(labels).length === 0) return [];
  const isSidecar = objectKind === 'Sidecar';
  if (!isSidecar && objectKind !== 'PeerAuthentication') return [];
  if (isSidecar && podsWith({ namespace, labels }, all).length > 0) return [];
  return [
    {
      target,
      at: place,
      message: isSidecar
        ? `${target} has a selector and is in ${ROOT_NAMESPACE}: it is only for pods of that namespace, and none of them is here.`
        : `${target} has a selector and is in ${ROOT_NAMESPACE}: Istio never uses it.`,
      fix: `Move it to the namespace of its pods${isSidecar ? ', or take the selector out' : ''}.`,
    },
  ];
}

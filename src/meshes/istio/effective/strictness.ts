import type { MtlsControl, Labels } from '../../../model/mesh-control.js';
import type { Composition } from '../../../flow/composition.js';
import { isSelected, sharesNamespace } from '../../../flow/selection.js';
import { ROOT_NAMESPACE } from './lookup.js';

/**
 * The PeerAuthentication that holds for a workload: its own, then its namespace's, then the mesh's
 * (policy_applier.go, ComposePeerAuthentication). Undefined means Istio's default, PERMISSIVE.
 */
export function peerAuthenticationOf(
  {
    namespace,
    labels,
  }: { readonly namespace: string | undefined; readonly labels: Labels | undefined },
  { all }: Pick<Composition, 'all'>,
): MtlsControl | undefined {
  const policies = all('mesh/mtls').filter(({ values }) => values.mode.value !== 'UNSET');
  const hasSelector = ({ values }: MtlsControl) => Object.keys(values.selector ?? {}).length > 0;
  return (
    policies.find(
      (policy) =>
        sharesNamespace(policy.namespace, namespace) &&
        hasSelector(policy) &&
        labels !== undefined &&
        isSelected(policy.values.selector, labels),
    ) ??
    policies.find(
      (policy) => sharesNamespace(policy.namespace, namespace) && !hasSelector(policy),
    ) ??
    policies.find((policy) => policy.namespace === ROOT_NAMESPACE && !hasSelector(policy))
  );
}

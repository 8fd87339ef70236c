import type { AuthorizationControl, Labels } from '../../../model/mesh-control.js';
import type { Composition } from '../../../flow/composition.js';
import { isSelected, mayBeSelected, sharesNamespace } from '../../../flow/selection.js';
import { ROOT_NAMESPACE } from './lookup.js';

type Subject = { readonly namespace: string | undefined; readonly labels: Labels | undefined };

/** The AuthorizationPolicies that hold for a workload. */
export function policiesOf(
  { namespace, labels }: Subject,
  { all }: Pick<Composition, 'all'>,
): readonly AuthorizationControl[] {
  return all('mesh/authorization').filter(
    (policy) =>
      (sharesNamespace(policy.namespace, namespace) || policy.namespace === ROOT_NAMESPACE) &&
      isSelected(policy.values.selector, labels),
  );
}

/** The same, with those that hold once the values of labels are known. */
export function policiesThatMayHold(
  { namespace, labels }: Subject,
  { all }: Pick<Composition, 'all'>,
): readonly AuthorizationControl[] {
  return all('mesh/authorization').filter(
    (policy) =>
      (sharesNamespace(policy.namespace, namespace) || policy.namespace === ROOT_NAMESPACE) &&
      mayBeSelected(policy.values.selector, labels),
  );
}

/** ALLOW policies of the service that scaffold.yaml declares. */
export function allowedAtOwn(composition: Composition): readonly AuthorizationControl[] {
  const namespace = composition.server?.namespace ?? composition.workload?.namespace;
  const labels = composition.workload?.values.labels;
  return policiesOf({ namespace, labels }, composition).filter(
    ({ values }) => values.action.value === 'ALLOW',
  );
}

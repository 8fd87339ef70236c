import { isOfGatewayApi } from './of-gateway-api.js';
import type { Consumer } from '../../../flow/mesh-source.js';
import {
  isSelected,
  matchesHost,
  namespaceOfHost,
  sharesNamespace,
} from '../../../flow/selection.js';
import type { Labels, RouteControl, TrafficPolicyControl } from '../../../model/mesh-control.js';

/** Namespace whose configuration holds everywhere. */
export const ROOT_NAMESPACE = 'istio-system';

export function isExported(
  exportTo: readonly string[],
  owner: string | undefined,
  consumer: string | undefined,
): boolean {
  return exportTo.some(
    (scope) => scope === '*' || sharesNamespace(scope === '.' ? owner : scope, consumer),
  );
}

/**
 * The routes of the one VirtualService that a sidecar uses for a host: private ones before those exported
 * to the namespace before public ones, of which HTTPRoutes of the own namespace come first (push_context.go,
 * VirtualServicesForGateway). The HTTPRoutes of a namespace are one (mergeHTTPRoutes).
 */
export function selectRoutes(
  host: string,
  { namespace, labels }: Consumer,
  routes: readonly RouteControl[],
): readonly RouteControl[] {
  const rank = ({ values, namespace: owner }: RouteControl): number => {
    const isOwn = sharesNamespace(owner, namespace);
    if (isOfGatewayApi({ values })) return isOwn ? 2 : 3;
    if (isOwn && values.exportTo.includes('.')) return 0;
    return values.exportTo.includes('*') ? 3 : 1;
  };
  const candidates = routes
    .filter(
      ({ values }) => values.inMesh && values.hosts.some((pattern) => matchesHost(pattern, host)),
    )
    .filter(({ values, namespace: owner }) => isExported(values.exportTo, owner, namespace))
    .filter(({ values }) => appliesTo(values.matches, labels))
    .sort((a, b) => rank(a) - rank(b));
  const [first] = candidates;
  if (first === undefined) return [];
  return candidates.filter(
    (route) =>
      route.namespace === first.namespace &&
      (route.target === first.target || (isOfGatewayApi(route) && isOfGatewayApi(first))),
  );
}

function appliesTo(
  matches: RouteControl['values']['matches'],
  labels: Labels | undefined,
): boolean {
  return (
    matches.length === 0 || matches.some(({ sourceLabels }) => isSelected(sourceLabels, labels))
  );
}

/**
 * The levels of the one DestinationRule that a sidecar uses: of the client's namespace, else of the
 * service's, else of the root namespace. It replaces the others whole (push_context.go, destinationRule).
 */
export function selectPolicies(
  host: string,
  { namespace, labels }: Consumer,
  policies: readonly TrafficPolicyControl[],
): readonly TrafficPolicyControl[] {
  const candidates = policies.filter(
    ({ values, namespace: owner }) =>
      matchesHost(values.host.value, host) &&
      isExported(values.exportTo, owner, namespace) &&
      (values.selector === undefined ||
        (sharesNamespace(owner, namespace) && isSelected(values.selector, labels))),
  );
  const home = namespaceOfHost(host) || undefined;
  for (const owner of [namespace, home, ROOT_NAMESPACE]) {
    const first =
      candidates.find((candidate) => candidate.namespace === owner) ??
      candidates.find((candidate) => sharesNamespace(candidate.namespace, owner));
    if (first === undefined) continue;
    return candidates.filter(
      (candidate) => candidate.namespace === first.namespace && candidate.target === first.target,
    );
  }
  return [];
}

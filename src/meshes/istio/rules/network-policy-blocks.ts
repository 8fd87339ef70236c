import type { NetworkPolicyControl, PortRange } from '../../../model/selection-control.js';
import { podsWith, type Pods } from '../../../flow/pods.js';
import { addTo } from '../../../flow/selector.js';
import type { Report, Rule } from '../../../rules/rule.js';

/** Where ztunnels and waypoints deliver what they carry. */
const HBONE = 15_008;
/** Where a sidecar gets its configuration and certificates. */
const CONTROL_PLANE = 15_012;

export const networkPolicyBlocks: Rule = {
  code: 'NETWORK_POLICY_BLOCKS',
  severity: 'warning',
  layer: 'mesh',
  title: 'NetworkPolicies leave out a port that the mesh needs.',
  reads: ['mesh/networkPolicy'],
  why: 'Between pods of the ambient mesh traffic arrives on port 15008, whatever port the caller asked for (docs/ambient/usage/networkpolicy); a sidecar gets certificates and configuration from istiod on 15012. A NetworkPolicy that restricts the direction and lets nothing through there cuts both off.',
  fix: 'An ingress rule with port 15008 for ambient pods, an egress rule with port 15012 for pods with a sidecar.',
  check: ({ all }) => {
    const byPods = new Map<Pods, NetworkPolicyControl[]>();
    for (const policy of all('mesh/networkPolicy')) {
      const { namespace, values } = policy;
      if (values.selector === undefined) continue;
      for (const pods of podsWith({ namespace, labels: values.selector }, all))
        addTo(byPods, pods, policy);
    }
    const seen = new Set<string>();
    return [...byPods].flatMap(([pods, policies]) =>
      checkPods(pods, policies).filter(({ message }) => !seen.has(message) && seen.add(message)),
    );
  },
};

function checkPods(pods: Pods, policies: readonly NetworkPolicyControl[]): Report[] {
  const { isAmbient, isInjected } = pods.values;
  return [
    ...(isAmbient ? lacking(pods, policies, 'ingress', HBONE) : []),
    ...(isInjected && !isAmbient ? lacking(pods, policies, 'egress', CONTROL_PLANE) : []),
  ];
}

function lacking(
  pods: Pods,
  policies: readonly NetworkPolicyControl[],
  direction: 'ingress' | 'egress',
  port: number,
): Report[] {
  const restricting = policies.filter(({ values }) => values[direction] !== undefined);
  const ranges = restricting.flatMap(({ values }) => values[direction] ?? []);
  const [first] = restricting;
  // Who lets nothing through at all means it, or says the rest elsewhere.
  if (first === undefined || ranges.length === 0 || ranges.some((range) => covers(range, port)))
    return [];
  return [
    {
      target: first.target,
      at: first.place,
      also: [pods.place],
      message: `${first.target} restricts ${direction} of ${pods.target} and lets nothing through on port ${port}: ${direction === 'ingress' ? 'traffic of the ambient mesh, which comes there, is dropped' : 'its sidecar gets neither certificates nor configuration from istiod'}.`,
      fix: `${direction}: a rule with ports: [{ port: ${port} }] beside the others.`,
    },
  ];
}

function covers({ from, to }: PortRange, port: number): boolean {
  return from <= port && port <= to;
}

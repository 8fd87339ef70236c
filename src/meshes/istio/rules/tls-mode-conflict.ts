import type { TrafficPolicyControl } from '../../../model/mesh-control.js';
import type { Composition } from '../../../flow/composition.js';
import { registryOf } from '../../../flow/registry.js';
import { namespaceOfHost } from '../../../flow/selection.js';
import { cite, removeValue, type Report, type Rule } from '../../../rules/rule.js';
import { peerAuthenticationOf, type Strictness } from '../effective/strictness.js';
import { workloadsOf } from '../../../flow/workloads.js';

export const tlsModeConflict: Rule = {
  code: 'TLS_MODE_CONFLICT',
  severity: 'error',
  layer: 'mesh',
  title: "The client's TLS mode is not what the server accepts.",
  reads: ['mesh/trafficPolicy'],
  why: "tls.mode DISABLE or SIMPLE switches the mesh's own mTLS off for the destination, and a STRICT server refuses that; ISTIO_MUTUAL offers a mesh certificate to a host that is not in the mesh (KIA0207 and KIA0208 find a part of it).",
  fix: 'Leave tls out: Istio picks mTLS by itself wherever the server has a sidecar.',
  check: (composition) =>
    composition.all('mesh/trafficPolicy').flatMap((policy) => checkPolicy(policy, composition)),
};

function checkPolicy(policy: TrafficPolicyControl, composition: Composition): Report[] {
  const { host, tlsMode } = policy.values;
  if (tlsMode === undefined) return [];
  const report = (message: string, also: Report['also']): Report[] => [
    {
      target: policy.target,
      at: tlsMode.place,
      ...(also !== undefined && { also }),
      message,
      fix: 'Leave tls out of the DestinationRule.',
      edits: removeValue({ place: { ...tlsMode.place, at: tlsMode.place.at?.slice(0, -1) ?? [] } }),
    },
  ];
  const found = registryOf(composition.all).entries(host.value);
  const entry = found.kind === 'found' ? found.items[0] : undefined;
  if (tlsMode.value === 'ISTIO_MUTUAL') {
    if (entry?.values.isExternal !== true) return bare(policy, composition, report);
    return report(
      `tls.mode ISTIO_MUTUAL to ${host.value}, which is outside the mesh (${cite(entry.place)}): it knows no mesh certificate.`,
      [entry.place],
    );
  }
  const namespace = namespaceOfHost(host.value);
  if (namespace === '' || (tlsMode.value !== 'DISABLE' && tlsMode.value !== 'SIMPLE')) return [];
  const workloads = workloadsOf(host.value, composition.all);
  // Pods without a sidecar are why people switch mTLS off, and nobody is STRICT there.
  if (workloads.length > 0 && workloads.every(({ values }) => values.isLeftOut)) return [];
  const peer = peerAuthenticationOf(
    { namespace, labels: workloads[0]?.values.labels },
    composition,
  );
  if (peer?.values.mode.value !== 'STRICT' || isOpenPort(policy, peer)) return [];
  return report(
    `tls.mode ${tlsMode.value} to ${host.value}, whose sidecar takes mTLS only (${cite(peer.values.mode.place)}): every call is reset.`,
    [peer.values.mode.place],
  );
}

/** Mesh certificates offered to pods that have no proxy to take them. */
function bare(
  { values: { host } }: TrafficPolicyControl,
  composition: Composition,
  report: (message: string, also: Report['also']) => Report[],
): Report[] {
  const workloads = workloadsOf(host.value, composition.all);
  const [first] = workloads;
  const hasProxy = workloads.some(({ values }) => !values.isLeftOut || values.isAmbient);
  if (first === undefined || hasProxy) return [];
  return report(
    `tls.mode ISTIO_MUTUAL to ${host.value}, whose pods have no sidecar (${first.target}, ${cite(first.place)}): they cannot answer TLS, and every connection is reset.`,
    [first.place],
  );
}

/** The settings of one port, where mTLS is not STRICT on some port; their numbers are the Service's and the pod's. */
function isOpenPort({ values }: TrafficPolicyControl, peer: Strictness): boolean {
  return (
    values.level === 'port' && Object.values(peer.values.ports).some((mode) => mode !== 'STRICT')
  );
}

import type { Value } from '../../../model/control.js';
import type { EgressControl } from '../../../model/mesh-control.js';
import type { Composition } from '../../../flow/composition.js';
import { isSelected, matchesHost, sharesNamespace } from '../../../flow/selection.js';
import { type Consumer } from '../../../flow/mesh-source.js';
import { isAmbientPods } from './ambient.js';
import { ROOT_NAMESPACE } from './lookup.js';

/** The Sidecar that holds for the service's pods; none does in the ambient mesh. */
export function sidecarOf({ all, server, workload }: Composition): EgressControl | undefined {
  if (workload !== undefined && isAmbientPods(workload)) return undefined;
  const namespace = server?.namespace ?? workload?.namespace;
  return sidecarFor({ namespace, labels: workload?.values.labels }, all('mesh/egress'));
}

/** The Sidecar that holds for pods: their own, their namespace's, or the mesh's. */
export function sidecarFor(
  { namespace, labels }: Consumer,
  sidecars: readonly EgressControl[],
): EgressControl | undefined {
  return (
    sidecars.find(
      (sidecar) =>
        sharesNamespace(sidecar.namespace, namespace) &&
        sidecar.values.selector !== undefined &&
        isSelected(sidecar.values.selector, labels),
    ) ??
    sidecars.find(
      (sidecar) =>
        sharesNamespace(sidecar.namespace, namespace) && sidecar.values.selector === undefined,
    ) ??
    sidecars.find(
      (sidecar) => sidecar.namespace === ROOT_NAMESPACE && sidecar.values.selector === undefined,
    )
  );
}

/**
 * True when egress.hosts import what a namespace says of a host: its Service, and its VirtualServices, too
 * (virtualservice.go, SelectVirtualServices).
 *
 * @param consumer namespace of the pods, which `.` stands for
 */
export function isImported(
  { namespace, host }: { readonly namespace: string | undefined; readonly host: string },
  hosts: readonly string[],
  consumer: string | undefined,
): boolean {
  return hosts.some((entry) => {
    const [scope = '', pattern = ''] = entry.split('/');
    const from = scope === '.' ? consumer : scope;
    return (from === '*' || sharesNamespace(from, namespace)) && matchesHost(pattern, host);
  });
}

/**
 * What is done with hosts that are in no registry: the Sidecar's own word, otherwise the mesh's; undefined when neither
 * says, and in the ambient mesh, where only sidecars would obey it.
 */
export function outboundModeOf(composition: Composition): Value<string> | undefined {
  const { workload } = composition;
  if (workload !== undefined && isAmbientPods(workload)) return undefined;
  const own = sidecarOf(composition)?.values.mode;
  const mesh = composition.all('mesh/meshConfig').map(({ values }) => values.outboundMode);
  return own?.basis === 'written' ? own : (mesh.find((mode) => mode !== undefined) ?? own);
}

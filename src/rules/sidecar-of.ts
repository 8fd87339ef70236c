import type { Value } from '../model/control.js';
import type { EgressControl } from '../model/mesh-control.js';
import type { Composition } from './composition.js';
import { isSelected, ROOT_NAMESPACE } from './lookup.js';

/** The Sidecar that holds for the service's pods: its own, its namespace's, or the mesh's. */
export function sidecarOf({ all, server, workload }: Composition): EgressControl | undefined {
  const sidecars = all('mesh/egress');
  const namespace = server?.namespace ?? workload?.namespace ?? '';
  return (
    sidecars.find(
      (sidecar) =>
        sidecar.namespace === namespace &&
        sidecar.values.selector !== undefined &&
        isSelected(sidecar.values.selector, workload?.values.labels),
    ) ??
    sidecars.find(
      (sidecar) => sidecar.namespace === namespace && sidecar.values.selector === undefined,
    ) ??
    sidecars.find(
      (sidecar) => sidecar.namespace === ROOT_NAMESPACE && sidecar.values.selector === undefined,
    )
  );
}

/** What is done with hosts that are in no registry: the Sidecar's own word, otherwise the mesh's; undefined when neither says. */
export function outboundModeOf(composition: Composition): Value<string> | undefined {
  const own = sidecarOf(composition)?.values.mode;
  const mesh = composition.all('mesh/meshConfig').map(({ values }) => values.outboundMode);
  return own?.basis === 'written' ? own : (mesh.find((mode) => mode !== undefined) ?? own);
}

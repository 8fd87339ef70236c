import { perSelector } from '../../../flow/selector.js';
import { down, text } from '../../../manifests/cursor.js';
import { worldOf } from '../../world.js';
import { annotationsIn } from '../written/annotations.js';

const KINDS: Readonly<Record<string, readonly string[]>> = {
  'networking.istio.io': [
    'VirtualService',
    'DestinationRule',
    'Gateway',
    'ServiceEntry',
    'Sidecar',
    'EnvoyFilter',
    'WorkloadEntry',
    'WorkloadGroup',
    'ProxyConfig',
  ],
  'security.istio.io': ['PeerAuthentication', 'RequestAuthentication', 'AuthorizationPolicy'],
  'telemetry.istio.io': ['Telemetry'],
  'extensions.istio.io': ['WasmPlugin'],
  'install.istio.io': ['IstioOperator'],
};

/** Labels of a namespace that bring its pods into the mesh. */
const LABELS = ['istio-injection', 'istio.io/rev', 'istio.io/dataplane-mode'];
const OFF = ['disabled', 'none', ''];

/** True when an object, a label or an annotation is for Istio: what switches it off is not. */
export const isMeant = perSelector<boolean>((all) => {
  const world = worldOf({ all });
  return (
    Object.entries(KINDS).some(([group, kinds]) =>
      kinds.some((kind) => world.ofKind(group, kind).length > 0),
    ) ||
    [...all('mesh/workload'), ...all('mesh/pod')].some(
      ({ values }) => values.isInjected || values.isAmbient,
    ) ||
    all('mesh/namespace').some(({ values }) =>
      LABELS.some((label) => !OFF.includes(values.labels[label]?.value ?? '')),
    ) ||
    all('mesh/meshConfig').length > 0 ||
    world
      .ofKind('gateway.networking.k8s.io', 'Gateway')
      .some((gateway) =>
        text(down(gateway, 'spec', 'gatewayClassName')).value.startsWith('istio'),
      ) ||
    annotationsIn(world).some(
      ({ name, at }) => /istio\.io\//.test(name) && text(at).value !== 'false',
    )
  );
});

import { listOf, mapOf, type Json, type RunningMesh, type RunningProxy } from '../running-mesh.js';

const PROXY = 'istio-proxy';

/** ConfigMaps with MeshConfig, those of revisions included, and what pods show of their sidecars. */
export const running: RunningMesh = {
  isConfig: (name) =>
    /^istio(?:-(?!ca-|sidecar-injector|leader|reader|gateway-|namespace-).+)?$/.test(name),
  proxyOf,
  absent: { 'sidecar.istio.io/inject': 'false' },
};

function proxyOf(pod: Json): RunningProxy | undefined {
  const spec = mapOf(pod['spec']);
  const metadata = mapOf(pod['metadata']);
  const native = namedProxy(spec['initContainers']);
  const container = native ?? namedProxy(spec['containers']);
  if (container !== undefined) {
    // A gateway is a proxy alone, and nothing was injected.
    const isGateway = native === undefined && listOf(spec['containers']).length === 1;
    return {
      version: versionOf(container['image']),
      labels: isGateway ? {} : { 'sidecar.istio.io/inject': 'true' },
      annotations: isGateway
        ? {}
        : { 'sidecar.istio.io/nativeSidecar': String(native?.['restartPolicy'] === 'Always') },
    };
  }
  if (mapOf(metadata['annotations'])['ambient.istio.io/redirection'] !== 'enabled')
    return undefined;
  return { version: '', labels: { 'istio.io/dataplane-mode': 'ambient' }, annotations: {} };
}

function namedProxy(containers: unknown): Json | undefined {
  return listOf(containers)
    .map(mapOf)
    .find(({ name }) => name === PROXY);
}

/** `1.27.1` of `docker.io/istio/proxyv2:1.27.1-distroless`. */
function versionOf(image: unknown): string {
  return /:v?(\d+\.\d+\.\d+)[^:/]*$/.exec(String(image))?.[1] ?? '';
}

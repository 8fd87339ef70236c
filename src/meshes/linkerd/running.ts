import { listOf, mapOf, type Json, type RunningMesh, type RunningProxy } from '../running-mesh.js';

const PROXY = 'linkerd-proxy';

/** What pods show of their proxies; settings of the whole mesh are in no ConfigMap that is read here. */
export const running: RunningMesh = {
  isConfig: () => false,
  proxyOf,
  absent: {},
  absentAnnotations: { 'linkerd.io/inject': 'disabled' },
};

function proxyOf(pod: Json): RunningProxy | undefined {
  const spec = mapOf(pod['spec']);
  const native = namedProxy(spec['initContainers']);
  const container = native ?? namedProxy(spec['containers']);
  if (container === undefined) return undefined;
  return {
    version: versionOf(container['image']),
    labels: {},
    annotations: {
      'linkerd.io/inject': 'enabled',
      'config.linkerd.io/proxy-enable-native-sidecar': String(native !== undefined),
    },
  };
}

function namedProxy(containers: unknown): Json | undefined {
  return listOf(containers)
    .map(mapOf)
    .find(({ name }) => name === PROXY);
}

/** `2.14.10` of `cr.l5d.io/linkerd/proxy:stable-2.14.10`, `26.8.1` of `…:edge-26.8.1`. */
function versionOf(image: unknown): string {
  return /:(?:stable-|edge-|v)?(\d+\.\d+\.\d+)[^:/]*$/.exec(String(image))?.[1] ?? '';
}

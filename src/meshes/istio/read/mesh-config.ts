import type { MeshConfigControl, RouteRetries } from '../../../model/mesh-control.js';
import { meshTextOf, readEmbedded } from '../../../manifests/embedded.js';
import {
  down,
  entriesOf,
  exists,
  itemsOf,
  locate,
  namespaceOf,
  optional,
  targetOf,
  text,
  type Cursor,
} from '../../../manifests/cursor.js';
import { perWorld } from '../../../manifests/kind.js';
import { readRetries } from './retries.js';

/** Mesh-wide settings: an IstioOperator, or the ConfigMap `istio` that holds them as text. */
export function readMeshConfig(object: Cursor): MeshConfigControl[] {
  const embedded = meshTextOf(object.object, object.node);
  const config =
    object.object.kind === 'ConfigMap'
      ? { ...down(object, 'data', 'mesh'), node: embedded && readEmbedded(embedded).node }
      : down(object, 'spec', 'meshConfig');
  if (!exists(config)) return [];
  const providers = itemsOf(down(config, 'extensionProviders')).flatMap((provider) => {
    const kind = entriesOf(provider).find(([key]) => key !== 'name')?.[0] ?? '';
    return [[text(down(provider, 'name')).value, kind]];
  });
  return [
    {
      layer: 'mesh',
      kind: 'meshConfig',
      target: targetOf(object),
      namespace: namespaceOf(object),
      place: locate(config),
      values: {
        tracingProviders: Object.fromEntries(providers) as Record<string, string>,
        allocatesAddresses: allocates(down(config, 'defaultConfig', 'proxyMetadata')),
        hasDefaultLogging: itemsOf(down(config, 'defaultProviders', 'accessLogging')).length > 0,
        outboundMode: optional(down(config, 'outboundTrafficPolicy', 'mode'), text),
        retries: optional(down(config, 'defaultHttpRetryPolicy'), readRetries),
      },
    },
  ];
}

/** Proxies answer DNS themselves, and hosts without addresses get some. */
function allocates(metadata: Cursor): boolean {
  const isOn = (key: string) => text(down(metadata, key)).value === 'true';
  const keys = ['ISTIO_META_DNS_AUTO_ALLOCATE', 'PILOT_ENABLE_IP_AUTOALLOCATE'];
  return isOn('ISTIO_META_DNS_CAPTURE') && keys.some(isOn);
}

/** What the mesh says of routes without retries, where its configuration is among the manifests. */
export const retriesOfMeshConfig = perWorld<RouteRetries | undefined>(
  ({ ofKind }) =>
    [...ofKind('', 'ConfigMap'), ...ofKind('install.istio.io', 'IstioOperator')]
      .flatMap(readMeshConfig)
      .find(({ values }) => values.retries !== undefined)?.values.retries,
);

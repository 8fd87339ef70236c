import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { parseAllDocuments } from 'yaml';

import { Replicas } from './replicas.js';

/** What a consumer emits for its calls, as it stands on disk. */
export function meshManifests(folder: string): string[] {
  const outward = ['VirtualService', 'HTTPRoute', 'DestinationRule', 'Sidecar', 'ServiceEntry'];
  const mesh = join(folder, 'deploy/mesh');
  return readdirSync(mesh)
    .flatMap((name) => parseAllDocuments(readFileSync(join(mesh, name), 'utf8')))
    .filter((document) => outward.includes(String(document.get('kind'))))
    .map((document) => JSON.stringify(document))
    .map(asDocument);
}

/** Whom the service calls: inventory in shop, with three replicas. */
export function upstreamManifests({
  port,
  targetPort,
  appProtocol = 'http',
}: {
  readonly port: number;
  readonly targetPort: number;
  readonly appProtocol?: string;
}): string[] {
  const metadata = { name: 'inventory', namespace: 'shop' };
  const labels = { 'kubernetes.io/service-name': 'inventory' };
  return [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: {
        clusterIP: '10.0.0.1',
        selector: { 'app.kubernetes.io/name': 'inventory' },
        ports: [{ name: appProtocol, port, targetPort, appProtocol }],
      },
    },
    {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { ...metadata, labels },
      addressType: 'IPv4',
      endpoints: Replicas.addresses.map((address) => ({
        addresses: [address],
        conditions: { ready: true },
      })),
      ports: [{ name: appProtocol, port: targetPort, protocol: 'TCP' }],
    },
  ].map((object) => asDocument(JSON.stringify(object)));
}

/** JSON on lines of its own, apiVersion first, is YAML that a line can be looked for in. */
export function asDocument(json: string): string {
  const { apiVersion, ...rest } = JSON.parse(json) as { apiVersion: string };
  return [
    `apiVersion: ${apiVersion}`,
    ...Object.entries(rest).map(([key, value]) => `${key}: ${JSON.stringify(value)}`),
  ].join('\n');
}

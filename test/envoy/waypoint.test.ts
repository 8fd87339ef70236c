import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';

import { findTool, renderDeploy, request, inventory } from '../mesh/support/deploy.js';
import { needing } from '../mesh/support/tools.js';
import { asDocument } from './manifests.js';

/** What Istio's discovery code makes of generated manifests for a waypoint and for ztunnels: their configuration only. */
const istiod = needing('istiod');
const run = promisify(execFile);

type Described = {
  readonly listeners: readonly unknown[];
  readonly clusters: readonly Readonly<Record<string, unknown>>[];
  readonly ztunnel: readonly Readonly<Record<string, unknown>>[];
};

const gateway = (namespace: string) => [
  {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    metadata: { name: 'gate', namespace },
    spec: {
      gatewayClassName: 'istio-waypoint',
      listeners: [
        {
          name: 'mesh',
          port: 15_008,
          protocol: 'HBONE',
          allowedRoutes: { namespaces: { from: 'All' } },
        },
      ],
    },
    status: { addresses: [{ type: 'Hostname', value: `gate.${namespace}.svc.cluster.local` }] },
  },
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'gate', namespace },
    spec: {
      clusterIP: '10.0.0.9',
      selector: { 'gateway.networking.k8s.io/gateway-name': 'gate' },
      ports: [{ name: 'mesh', port: 15_008 }],
    },
  },
];

/** The objects of `kubectl apply -k deploy/mesh` that istiod reads, as the API server would keep them. */
function applied(mesh: string): string[] {
  const text = request({ mesh: `, ${mesh}`, upstreams: [inventory] });
  const objects = renderDeploy(text)
    .filter(({ path }) => !path.startsWith('deploy/overlays'))
    .flatMap((file) => parseAllDocuments(file.text))
    .map((document) => document.toJS() as Record<string, unknown>)
    .filter(
      ({ kind, apiVersion }) => kind === 'Service' || /istio|gateway/.test(String(apiVersion)),
    );
  return objects
    .map((object) =>
      object['kind'] === 'Service'
        ? { ...object, spec: { ...(object['spec'] as object), clusterIP: '10.0.0.1' } }
        : object,
    )
    .map((object) => asDocument(JSON.stringify(object)));
}

async function describeAmbient(mesh: string, namespace = 'shop'): Promise<Described> {
  const folder = mkdtempSync(join(tmpdir(), 'waypoint-'));
  try {
    const path = join(folder, 'manifests.yaml');
    const documents = gateway(namespace).map((object) => asDocument(JSON.stringify(object)));
    writeFileSync(path, [...documents, ...applied(mesh)].join('\n---\n'));
    const { stdout } = await run(findTool('istiod')!, [path, `${namespace}/gate`], {
      env: { ...process.env, PILOT_ENABLE_AMBIENT: 'true' },
      maxBuffer: 64 * 1_024 * 1_024,
    });
    const line = stdout.split('\n').find((one) => one.startsWith('described '));
    return JSON.parse(line?.slice('described '.length) ?? 'null') as Described;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Every map within a value that has a key. */
function withKey(value: unknown, key: string): Readonly<Record<string, unknown>>[] {
  if (typeof value !== 'object' || value === null) return [];
  const inner = Object.values(value).flatMap((one) => withKey(one, key));
  return key in value ? [value as Readonly<Record<string, unknown>>, ...inner] : inner;
}

function routeTo({ listeners }: Described, cluster: string) {
  const [found] = withKey(listeners, 'cluster').filter((route) => route['cluster'] === cluster);
  return found;
}

const CLUSTER = 'inbound-vip|8080|http|orders.shop.svc.cluster.local';

describe.skipIf(istiod.skip)(`a waypoint as istiod configures it${istiod.note}`, () => {
  test.each([
    ['in the same namespace', 'dataPlane: ambient, waypoint: gate', 'shop'],
    ['in another namespace', 'dataPlane: ambient, waypoint: infra/gate', 'infra'],
  ])('%s', async (_, mesh, namespace) => {
    const described = await describeAmbient(mesh, namespace);
    const route = routeTo(described, CLUSTER);
    expect(route).toMatchObject({
      timeout: '5.050s',
      retryPolicy: {
        retryOn: 'connect-failure,refused-stream,reset-before-request',
        numRetries: 2,
      },
    });
    const cluster = described.clusters.find(({ name }) => name === CLUSTER);
    expect(cluster).toMatchObject({
      connectTimeout: '0.400s',
      circuitBreakers: { thresholds: [{ maxRequests: 3_072, maxPendingRequests: 3_072 }] },
      outlierDetection: { consecutive5xx: 5, maxEjectionPercent: 50 },
    });
    const all = JSON.stringify(described.listeners);
    expect(all).toContain('jwt_authn');
    expect(all).toContain('"ns[shop]-policy[orders]-rule[0]"');
    // ztunnel: only the waypoint connects, and what refers to the Service is not sent to it.
    const [policy, ...others] = described.ztunnel.filter(({ name }) =>
      String(name).startsWith('orders'),
    );
    expect(others).toEqual([]);
    expect(policy).toMatchObject({ name: 'orders-waypoint', namespace: 'shop' });
    expect(JSON.stringify(policy)).toContain(`cluster.local/ns/${namespace}/sa/gate`);
  });

  test.each([
    ['in the same namespace', 'waypoint: gate', 'shop'],
    ['in another namespace', 'waypoint: infra/gate', 'infra'],
  ])('%s, by HTTPRoute: its timeout, and the default retries', async (_, waypoint, namespace) => {
    const mesh = `dataPlane: ambient, ${waypoint}, routes: gateway-api`;
    // No field of an HTTPRoute ends them.
    expect(routeTo(await describeAmbient(mesh, namespace), CLUSTER)).toMatchObject({
      timeout: '5.050s',
      retryPolicy: { retryOn: expect.stringContaining('unavailable') as string },
    });
  });

  test('while it is only observed: a shadow at the waypoint, and nothing for ztunnel', async () => {
    const described = await describeAmbient('dataPlane: ambient, waypoint: gate, rollout: observe');
    expect(JSON.stringify(described.listeners)).toContain('"shadowRules"');
    expect(JSON.stringify(described.listeners)).not.toContain('"rules":{"policies"');
    expect(described.ztunnel.filter(({ name }) => String(name).startsWith('orders'))).toEqual([]);
  });

  test('without a waypoint: ztunnel gets who may connect, by identity and nothing else', async () => {
    const callers = 'callers: [{ namespace: web, serviceAccount: storefront, users: true }]';
    const { ztunnel } = await describeAmbient(`dataPlane: ambient, ${callers}`);
    const policy = ztunnel.find(({ name }) => name === 'orders');
    expect(policy).toMatchObject({ namespace: 'shop' });
    expect(JSON.stringify(policy)).toContain('cluster.local/ns/web/sa/storefront');
  });
});

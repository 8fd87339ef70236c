import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';

import { needing } from '../mesh/support/tools.js';
import { runCli } from '../support/cli.js';
import { asDocument, meshManifests, upstreamManifests } from './manifests.js';
import { Replicas } from './replicas.js';
import { Sidecar } from './sidecar.js';

/** HTTPRoutes as they are generated, in the Envoy that Istio's discovery code configures from them. */
const PORT = 18_081;
const tools = needing('istiod', 'envoy');
const root = mkdtempSync(join(tmpdir(), 'http-routes-'));

afterAll(() => {
  rmSync(root, { recursive: true, force: true });
});

async function generate(name: string, host: string): Promise<string> {
  const folder = join(root, name);
  const made = await runCli(
    [
      ...['new', 'service', 'orders', '--dir', folder, '--no-verify', '--yes', '--language', 'go'],
      ...['--with', 'retry,mesh-ready', '--upstream', `${name}=http://${host}:${PORT}`],
      ...['--set', 'mesh-ready.namespace=web', '--set', 'mesh-ready.routes=gateway-api'],
    ],
    { cwd: root },
  );
  expect(made.exitCode, made.stderr).toBe(0);
  return folder;
}

async function startReplicas(): Promise<readonly [Replicas, number]> {
  const replicas = new Replicas();
  onTestFinished(() => {
    replicas.stop();
  });
  return [replicas, await replicas.start()];
}

async function startSidecar(
  manifests: readonly string[],
  labels: Record<string, string>,
): Promise<Sidecar> {
  const workload = { name: 'orders', namespace: 'web', labels };
  const sidecar = await Sidecar.start(workload, manifests.join('\n---\n'));
  onTestFinished(() => {
    sidecar.stop();
  });
  return sidecar;
}

type Answer = { readonly status: number; readonly ms: number };

/** One request through the proxy of the port. */
async function call(host: string, method: string, headers = {}): Promise<Answer> {
  const from = performance.now();
  return await new Promise((resolve, reject) => {
    request(
      {
        ...{ host: '127.0.0.1', port: PORT, agent: false, method },
        path: `http://${host}:${PORT}/v1/items/1`,
        headers: { host: `${host}:${PORT}`, ...headers },
      },
      (response) => {
        response.resume();
        resolve({ status: response.statusCode!, ms: performance.now() - from });
      },
    )
      .on('error', reject)
      .end();
  });
}

const orders = { 'app.kubernetes.io/name': 'orders' };

describe.skipIf(tools.skip)(`HTTPRoutes in a real Envoy${tools.note}`, () => {
  const HOST = 'inventory.shop.svc.cluster.local';
  const within = (low: number) => ({
    asymmetricMatch: (ms: number) => ms >= low && ms < low + 700,
  });

  test('time out by method and key, and eject a replica that hangs', async () => {
    const folder = await generate('inventory', HOST);
    const [replicas, targetPort] = await startReplicas();
    const manifests = [...meshManifests(folder), ...upstreamManifests({ port: PORT, targetPort })];
    const sidecar = await startSidecar(manifests, orders);
    replicas.behaviour = 'hangs';
    const kinds = [['GET'], ['DELETE'], ['POST', { 'Idempotency-Key': 'k' }], ['POST']] as const;
    const cut = await Promise.all(
      kinds.map(async ([method, key]) => await call(HOST, method, key)),
    );
    expect(cut).toEqual([
      { status: 504, ms: within(900) },
      { status: 504, ms: within(900) },
      { status: 504, ms: within(900) },
      { status: 504, ms: within(1_950) },
    ]);
    // A time-out is repeated by nobody here.
    expect(replicas.requests).toBe(4);

    replicas.only = Replicas.addresses[1];
    const calls = async (): Promise<readonly number[]> => {
      const all = Array.from({ length: 40 }, async () => (await call(HOST, 'GET')).status);
      return await Promise.all(all);
    };
    const before = await calls();
    expect(before.filter((status) => status === 504).length).toBeGreaterThanOrEqual(5);
    expect(await sidecar.counter('outlier_detection.ejections_enforced_total')).toBe(1);
    expect(new Set(await calls())).toEqual(new Set([200]));
  });

  test('hold for every workload of the namespace, which a VirtualService would not', async () => {
    const folder = await generate('stock', HOST);
    const [replicas, targetPort] = await startReplicas();
    const manifests = [...meshManifests(folder), ...upstreamManifests({ port: PORT, targetPort })];
    await startSidecar(manifests, { 'app.kubernetes.io/name': 'billing' });
    replicas.behaviour = 'hangs';
    expect(await call(HOST, 'GET')).toEqual({ status: 504, ms: within(900) });
  });

  test('reach a host outside by its ServiceEntry', async () => {
    const host = 'legacy.example.com';
    const folder = await generate('legacy', host);
    const [replicas, targetPort] = await startReplicas();
    // Addresses in place of DNS, which nothing answers here.
    const manifests = meshManifests(folder).map((text) => {
      const object = parse(text) as { kind: string; spec: Record<string, unknown> };
      if (object.kind !== 'ServiceEntry') return text;
      const [port] = object.spec['ports'] as object[];
      const endpoints = Replicas.addresses.map((address) => ({ address }));
      const ports = [{ ...port, targetPort }];
      const spec = { ...object.spec, resolution: 'STATIC', ports, endpoints };
      return asDocument(JSON.stringify({ ...object, spec }));
    });
    await startSidecar(manifests, orders);
    expect((await call(host, 'GET')).status).toBe(200);
    replicas.behaviour = 'hangs';
    expect(await call(host, 'GET')).toEqual({ status: 504, ms: within(900) });
    expect(await call(host, 'POST')).toEqual({ status: 504, ms: within(1_950) });
  });
});

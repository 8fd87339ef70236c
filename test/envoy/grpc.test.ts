import { connect } from 'node:http2';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { walkCall, type Walk } from '../../src/explain/walk-call.js';
import type { Flow } from '../../src/flow/flow.js';
import { compose } from '../../src/project/compose.js';
import { readProject } from '../../src/project/read-project.js';
import { transport } from '../../src/transports/grpc/transport.js';
import { failuresOf, type FailureClass } from '../../src/transports/transport.js';
import { needing } from '../mesh/support/tools.js';
import { ruleCatalog } from '../support/rule-catalog.js';
import { GrpcReplicas, type CallBehaviour } from './grpc-replicas.js';
import { upstreamManifests } from './manifests.js';
import { Replicas } from './replicas.js';
import { Sidecar } from './sidecar.js';

/**
 * What `explain` computes of gRPC calls is what Envoy does with them on HTTP/2. The application is a client that never
 * repeats, so that what arrives is the mesh's doing.
 */
const HOST = 'inventory.shop.svc.cluster.local';
const PORT = 18_083;
const GET = '/items.v1.ItemsService/GetItem';
const CREATE = '/items.v1.ItemsService/CreateItem';
const tools = needing('istiod', 'envoy');

const CODES = [
  ...['OK', 'CANCELLED', 'UNKNOWN', 'INVALID_ARGUMENT', 'DEADLINE_EXCEEDED', 'NOT_FOUND'],
  ...['ALREADY_EXISTS', 'PERMISSION_DENIED', 'RESOURCE_EXHAUSTED', 'FAILED_PRECONDITION'],
  ...['ABORTED', 'OUT_OF_RANGE', 'UNIMPLEMENTED', 'INTERNAL', 'UNAVAILABLE', 'DATA_LOSS'],
] as const;
const UNIMPLEMENTED = CODES.indexOf('UNIMPLEMENTED');
const UNAVAILABLE = CODES.indexOf('UNAVAILABLE');

/** How replicas play a failure; undefined for one that needs more than replicas. */
function behaviourOf(failure: FailureClass): CallBehaviour | undefined {
  if (failure === 'timeout') return { kind: 'hangs' };
  if (failure === 'reset') return { kind: 'resets' };
  const [, name, where] = /^([A-Z_]+)( IN TRAILERS)?$/.exec(failure) ?? [];
  const code = CODES.findIndex((one) => one === name);
  return code < 0 ? undefined : { kind: 'answers', code, inTrailers: where !== undefined };
}

const routed = (first: string, second: string) => `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: orders-to-inventory, namespace: default }
spec:
  hosts: [${HOST}]
  exportTo: ["."]
  http:
    - match: [{ uri: { exact: ${GET} } }]
      ${first}
      route: [{ destination: { host: ${HOST} } }]
    - ${second}
      route: [{ destination: { host: ${HOST} } }]
`;
const SAFE = 'connect-failure,refused-stream,reset-before-request';
const rule = (spec: string) => `apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: orders-to-inventory, namespace: default }
spec: { host: ${HOST}, exportTo: ["."], ${spec} }
`;

const policies: Readonly<Record<string, string>> = {
  "Istio's default": rule('trafficPolicy: { connectionPool: { tcp: { connectTimeout: 400ms } } }'),
  'as it is generated': routed(
    'timeout: 400ms\n      retries: { attempts: 0 }',
    `timeout: 700ms\n      retries: { attempts: 2, retryOn: "${SAFE}" }`,
  ),
  'codes that are repeated': routed(
    'timeout: 900ms\n      retries: { attempts: 2, retryOn: "unavailable,deadline-exceeded" }',
    'timeout: 900ms\n      retries: { attempts: 1, retryOn: "internal,resource-exhausted,cancelled" }',
  ),
  'a timeout of each try, repeated': routed(
    'timeout: 2s\n      retries: { attempts: 1, perTryTimeout: 300ms, retryOn: "reset,5xx" }',
    'timeout: 600ms\n      retries: { attempts: 0 }',
  ),
};

/** The call as `explain` sees it. */
function flowOf(policy: string): Flow {
  const scaffold = `version: 1
service: { name: orders, transport: grpc }
upstreams:
  - name: inventory
    url: grpc://${HOST}:${PORT}
    timeout: 5s
    methods: [{ name: ${GET}, idempotent: true }, { name: ${CREATE} }]
`;
  const files = new Map([
    ['scaffold.yaml', scaffold],
    ['deploy/mesh/inventory.yaml', policy],
  ]);
  const { controls, problems } = readProject({ files, catalog: ruleCatalog() });
  expect(problems).toEqual([]);
  return compose(controls).flows.find(({ name }) => name === 'inventory')!;
}

type Seen = { readonly code: string; readonly ms: number };

/** One call through the sidecar, with its code wherever it is. */
async function call(method: string, headers: Record<string, string> = {}): Promise<Seen> {
  const from = performance.now();
  const session = connect(`http://127.0.0.1:${PORT}`);
  try {
    const code = await new Promise<string>((resolve, reject) => {
      session.on('error', reject);
      const stream = session.request({
        ':method': 'POST',
        ':path': method,
        ':authority': `${HOST}:${PORT}`,
        'content-type': 'application/grpc',
        te: 'trailers',
        ...headers,
      });
      let status: unknown;
      const note = (fields: { readonly 'grpc-status'?: unknown }): void => {
        status ??= fields['grpc-status'];
      };
      stream.on('response', note).on('trailers', note).on('error', reject);
      stream.on('close', () => {
        resolve(CODES[Number(status)] ?? String(status));
      });
      stream.resume();
      stream.end(Buffer.from([0, 0, 0, 0, 0]));
    });
    return { code, ms: performance.now() - from };
  } finally {
    session.destroy();
  }
}

const replyTo = (code: string) => transport.replies[transport.troubleOf(code as 'OK', false)];

async function start(policy: string): Promise<readonly [GrpcReplicas, Sidecar]> {
  const replicas = new GrpcReplicas();
  const targetPort = await replicas.start();
  const upstream = upstreamManifests({ port: PORT, targetPort, appProtocol: 'grpc' });
  const labels = { 'app.kubernetes.io/name': 'orders' };
  const workload = { name: 'orders', namespace: 'default', labels };
  const sidecar = await Sidecar.start(workload, [policy, ...upstream].join('\n---\n'));
  return [replicas, sidecar];
}

describe.skipIf(tools.skip)(`gRPC through a real Envoy${tools.note}`, () => {
  describe.each(Object.entries(policies))('%s', (_, policy) => {
    let replicas: GrpcReplicas;
    let sidecar: Sidecar;

    beforeAll(async () => {
      [replicas, sidecar] = await start(policy);
    });
    afterAll(() => {
      sidecar.stop();
      replicas.stop();
    });

    test('does with each failure what explain says', { timeout: 120_000 }, async () => {
      const flow = flowOf(policy);
      const played = failuresOf(transport).filter((failure) => behaviourOf(failure));
      expect(played).toHaveLength(9);
      const said: object[] = [];
      const seen: object[] = [];
      for (const request of flow.requests) {
        for (const failure of played) {
          const walk: Walk = walkCall(flow, request, failure);
          const isLong = walk.failure === 'timeout';
          // Without a limit of the mesh it is the application that ends a call that hangs.
          if (isLong && walk.duration > 3_000) continue;
          replicas.behaviour = behaviourOf(failure)!;
          replicas.requests = 0;
          const { code, ms } = await call(request.method);
          const name = { method: request.method, failure };
          said.push({ ...name, requests: walk.requests, callerSees: walk.callerSees, isLong });
          const isInTime = isLong ? ms > 250 && ms < walk.duration + 500 : ms > 2_000;
          const { requests } = replicas;
          seen.push({ ...name, requests, callerSees: replyTo(code), isLong: isInTime });
        }
      }
      expect(seen).toEqual(said);
    });

    test('gives up on connections as explain says', { timeout: 60_000 }, async () => {
      const flow = flowOf(policy);
      replicas.stop();
      for (const request of flow.requests) {
        const before = await sidecar.counter('upstream_cx_connect_fail');
        const { code } = await call(request.method);
        const requests = (await sidecar.counter('upstream_cx_connect_fail')) - before;
        const walk = walkCall(flow, request, 'connect-failure');
        expect({ requests, callerSees: replyTo(code) }).toEqual({
          requests: walk.requests,
          callerSees: walk.callerSees,
        });
      }
    });
  });

  describe('deadlines', () => {
    test('the upstream is told the shorter of the route and the caller', async () => {
      const policy = policies['as it is generated']!;
      const limit = flowOf(policy).routes[0]!.values.timeout.value;
      const [replicas, sidecar] = await start(policy);
      try {
        await call(GET, { 'grpc-timeout': '5S' });
        await call(GET, { 'grpc-timeout': '200m' });
        expect(replicas.timeouts).toEqual([`${limit}m`, '200m']);
      } finally {
        sidecar.stop();
        replicas.stop();
      }
    });
  });

  describe('ejection', () => {
    const policy = rule(
      'trafficPolicy: { outlierDetection: { consecutive5xxErrors: 5, interval: 1s, baseEjectionTime: 30s, maxEjectionPercent: 50 } }',
    );
    test.each([
      ['UNIMPLEMENTED in headers', { code: UNIMPLEMENTED }, 1],
      ['UNAVAILABLE in headers', { code: UNAVAILABLE }, 1],
      ['UNAVAILABLE in trailers', { code: UNAVAILABLE, inTrailers: true }, 0],
      ['RESOURCE_EXHAUSTED in headers', { code: CODES.indexOf('RESOURCE_EXHAUSTED') }, 0],
    ])('by %s', { timeout: 60_000 }, async (_, answer, ejections) => {
      const [replicas, sidecar] = await start(policy);
      try {
        replicas.only = Replicas.addresses[1];
        replicas.behaviour = { kind: 'answers', ...answer };
        for (let n = 0; n < 40; n += 1) await call(CREATE);
        const counter = 'outlier_detection.ejections_enforced_total';
        expect(await sidecar.counter(counter)).toBe(ejections);
      } finally {
        sidecar.stop();
        replicas.stop();
      }
    });
  });
});

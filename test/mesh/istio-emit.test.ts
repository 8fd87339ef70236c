import fc from 'fast-check';
import { expect, test } from 'vitest';

import { emit } from '../../src/meshes/istio/emit.js';
import { servicePolicy, upstreamPolicy } from '../../src/model/coherent-policy.js';
import { parseDuration } from '../../src/model/duration.js';
import type { MeshIntent, UpstreamIntent } from '../../src/model/mesh-emitter.js';

function call(name: string, url: string, more: Partial<UpstreamIntent> = {}): UpstreamIntent {
  const { hostname: host, port, protocol } = new URL(url);
  const external = !host.endsWith('.svc.cluster.local');
  const upstream = {
    name,
    url,
    address: {
      scheme: protocol.slice(0, -1),
      isOpaque: protocol === 'https:',
      host,
      port: Number(port === '' ? (protocol === 'https:' ? 443 : 80) : port),
      namespace: external ? '' : (host.split('.')[1] ?? ''),
      external,
    },
    transport: 'http',
    methods: [],
    timeout: 2_000,
    replicas: 3,
    stream: false,
    owner: 'consumer' as const,
    namespaceRoute: 'ours' as const,
    settings: new Map(),
  };
  const policy = upstreamPolicy(upstream, undefined);
  return { upstream, policy, policed: !upstream.address.isOpaque, ...more };
}

function intent(more: Partial<MeshIntent> = {}): MeshIntent {
  return {
    service: 'orders',
    place: {
      namespace: 'shop',
      trustDomain: 'cluster.local',
      replicas: 3,
      callers: [],
      observed: false,
    },
    issuer: undefined,
    openPaths: { probes: [], anonymous: [] },
    policy: servicePolicy(5_000),
    upstreams: [],
    egress: [],
    settings: {},
    ...more,
  };
}

test('three tries are two retries, and limits have the names of a DestinationRule', () => {
  const inventory = call('inventory', 'http://inventory.shop.svc.cluster.local:80');
  const { service, upstreams, unsaid } = emit.emit(intent({ upstreams: [inventory] }));
  expect(upstreams.get('inventory')).toMatchObject({
    attempts: 2,
    retryOn: 'connect-failure,refused-stream,reset-before-request',
    otherTimeout: '1950ms',
    connectTimeout: '400ms',
    ejects: true,
    outlierDetection: { consecutive5xxErrors: 5, maxEjectionPercent: 50 },
  });
  expect(service).toMatchObject({
    http2MaxRequests: 1_024,
    idleTimeout: '60s',
    retryBudget: { percent: 20, minRetryConcurrency: 3 },
  });
  expect(unsaid).toEqual([]);
});

test('an upstream with one replica ejects nothing', () => {
  const { upstream, policed } = call('inventory', 'http://inventory.shop.svc.cluster.local');
  const policy = upstreamPolicy({ ...upstream, replicas: 1 }, undefined);
  const { upstreams } = emit.emit(intent({ upstreams: [{ upstream, policy, policed }] }));
  expect(upstreams.get('inventory')).toMatchObject({ ejects: false });
});

test('sidecars drain for as long as the process stops, and never shorter than Istio does', () => {
  const millisecondsOf = (delay: number, name: string): number => {
    const { service } = emit.emit(
      intent({ policy: servicePolicy(5_000, { shutdownDelay: delay }) }),
    );
    const text = service[name];
    return typeof text === 'string' ? (parseDuration(text) ?? NaN) : NaN;
  };
  expect(millisecondsOf(0, 'drainDuration')).toBe(45_000);
  fc.assert(
    fc.property(fc.nat(300_000), (delay) => {
      const drain = millisecondsOf(delay, 'drainDuration');
      expect(drain).toBeGreaterThanOrEqual(millisecondsOf(delay, 'terminationDrainDuration'));
      expect(millisecondsOf(delay, 'terminationDrainDuration')).toBe(
        servicePolicy(5_000, { shutdownDelay: delay }).stopping,
      );
    }),
  );
});

test('two upstreams of one host outside share one entry, with the ports of both', () => {
  const upstreams = [
    call('rates', 'https://api.example.com'),
    call('prices', 'http://api.example.com:8080'),
  ];
  const emission = emit.emit(intent({ upstreams }));
  expect(emission.upstreams.get('rates')).toMatchObject({
    inFiles: true,
    hasEntry: true,
    entry: {
      ports: [
        { number: 443, protocol: 'TLS' },
        { number: 8_080, protocol: 'HTTP' },
      ],
    },
  });
  expect(emission.upstreams.get('prices')).toMatchObject({ inFiles: true, hasEntry: false });
});

test('callers are principals of the trust domain, with users where they bring them', () => {
  const callers = [
    { namespace: 'web', serviceAccount: 'front', users: true },
    { namespace: 'jobs', serviceAccount: 'nightly', users: false },
  ];
  const { service } = emit.emit(
    intent({ issuer: 'https://id.example', place: { ...intent().place, callers } }),
  );
  expect(service['allowed']).toEqual([
    {
      principals: ['cluster.local/ns/web/sa/front'],
      requestPrincipals: ['https://id.example/*'],
      namespaces: [],
    },
    { principals: ['cluster.local/ns/jobs/sa/nightly'], requestPrincipals: [], namespaces: [] },
  ]);
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

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
    served: { ports: [8080], transport: 'http', methods: [], healthMethods: [] },
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

describe('routes: gateway-api', () => {
  const settings = { routes: 'gateway-api' };
  const retries = { tries: 2, perTryTimeout: 950, backoffInitial: 50, backoffMax: 1_000 };
  const near = (namespaceRoute: 'claimed' | 'theirs'): UpstreamIntent => {
    const { upstream, policed } = call('near', 'http://near.shop.svc.cluster.local:80');
    const policy = upstreamPolicy(upstream, retries);
    return { upstream: { ...upstream, namespaceRoute }, policy, policed };
  };
  const far = call('far', 'http://far.stock.svc.cluster.local:8080');
  const emitted = (...upstreams: readonly UpstreamIntent[]) =>
    emit.emit(intent({ upstreams, settings }));

  test('a host has an HTTPRoute or a VirtualService, never both', () => {
    const upstreams = [far, near('claimed'), near('theirs'), call('out', 'https://out.example')];
    for (const routes of ['gateway-api', 'virtual-service', undefined]) {
      for (const each of upstreams) {
        const all = emit.emit(
          intent({ upstreams: [each], settings: routes === undefined ? {} : { routes } }),
        );
        const { virtualService, httpRoute } = all.upstreams.get(each.upstream.name) as {
          virtualService: boolean;
          httpRoute: { isWritten: boolean };
        };
        if (routes === 'gateway-api') expect(virtualService).toBe(false);
        else expect([httpRoute.isWritten, all.unsaid]).toEqual([false, []]);
      }
    }
  });

  test('the numbers are those of a VirtualService, the parent is the Service', () => {
    expect(emitted(far).upstreams.get('far')).toMatchObject({
      otherTimeout: '1950ms',
      connectTimeout: '400ms',
      ejects: true,
      httpRoute: {
        everyClient: false,
        parent: { group: '', kind: 'Service', namespace: 'stock', name: 'far' },
        backend: { group: '', kind: 'Service', namespace: 'stock', name: 'far' },
      },
    });
  });

  test('a host outside is routed by its ServiceEntry, which the first upstream of the host has', () => {
    const upstreams = [
      call('rates', 'https://api.example.com'),
      call('prices', 'http://api.example.com:8080'),
    ];
    expect(emitted(...upstreams).upstreams.get('prices')).toMatchObject({
      httpRoute: {
        parent: { group: 'networking.istio.io', kind: 'ServiceEntry', name: 'orders-to-rates' },
        backend: { group: 'networking.istio.io', kind: 'Hostname', name: 'api.example.com' },
      },
    });
  });

  test("a route in the upstream's namespace is written if it is claimed, else asked of its owner", () => {
    const claimed = emitted(near('claimed'));
    expect(claimed.upstreams.get('near')).toMatchObject({
      httpRoute: { isWritten: true, everyClient: true },
    });
    const left = emitted(near('theirs'));
    expect(left.upstreams.get('near')).toMatchObject({
      inFiles: true,
      httpRoute: { isWritten: false },
    });
    const [note, ...others] = left.unsaid;
    expect(others).toEqual([]);
    expect(note).toMatchObject({ control: 'the timeouts of its calls', target: 'near' });
    expect(note?.instead).toContain('timeouts.request: 900ms for what the application repeats');
    expect(note?.instead).toContain('timeouts.request: 1950ms for the rest');
    expect(note?.instead).toContain('mesh: { owner: consumer }');
  });

  test('what is lost is said once for all routes', () => {
    const controls = (...upstreams: readonly UpstreamIntent[]) =>
      emitted(...upstreams).unsaid.map(({ control, target }) => `${control} (${target})`);
    const always = [
      'retries of what reached no replica (orders)',
      'routes of this workload only (orders)',
    ];
    expect(controls(far)).toEqual(always);
    expect(controls(far, near('claimed'))).toEqual([
      'an end to the retries of the sidecar (orders)',
      ...always,
    ]);
    expect(controls()).toEqual([]);
  });
});

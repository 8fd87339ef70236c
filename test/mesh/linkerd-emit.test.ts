import { expect, test } from 'vitest';

import { emit } from '../../src/meshes/linkerd/emit.js';
import { servicePolicy, upstreamPolicy } from '../../src/model/coherent-policy.js';
import type { MeshCaller, MeshIntent, UpstreamIntent } from '../../src/model/mesh-emitter.js';
import type { Upstream } from '../../src/model/request.js';

const repeats = { tries: 2, perTryTimeout: 950, backoffInitial: 50, backoffMax: 1_000 };

function call(more: Partial<Upstream> = {}, app?: typeof repeats): UpstreamIntent {
  const upstream: Upstream = {
    name: 'inventory',
    url: 'http://inventory.shop.svc.cluster.local:8080',
    address: {
      scheme: 'http',
      isOpaque: false,
      host: 'inventory.shop.svc.cluster.local',
      port: 8080,
      namespace: 'shop',
      external: false,
    },
    transport: 'http',
    methods: [],
    timeout: 2_000,
    replicas: 3,
    stream: false,
    owner: 'consumer',
    namespaceRoute: 'ours',
    settings: new Map(),
    ...more,
  };
  return {
    upstream,
    policy: upstreamPolicy(upstream, app),
    policed: upstream.owner === 'consumer' && !upstream.address.isOpaque,
  };
}

function intent(more: Partial<MeshIntent> = {}, place: Partial<MeshIntent['place']> = {}) {
  return {
    service: 'orders',
    place: {
      namespace: 'web',
      trustDomain: 'cluster.local',
      replicas: 3,
      callers: [],
      observed: false,
      ...place,
    },
    issuer: undefined,
    served: { ports: [8080], transport: 'http', methods: [], healthMethods: [] },
    openPaths: { probes: ['/healthz', '/readyz'], anonymous: [] },
    policy: servicePolicy(5_000),
    upstreams: [],
    egress: [],
    settings: {},
    ...more,
  };
}

const wordsOf = (each: UpstreamIntent) =>
  emit.emit(intent({ upstreams: [each] })).upstreams.get('inventory');
const storefront: MeshCaller = { namespace: 'web', serviceAccount: 'storefront', users: true };
const issuer = 'https://issuer.example.com';

test('timeouts lie 50 ms under what the application waits for', () => {
  expect(wordsOf(call({}, repeats))).toMatchObject({
    inFiles: true,
    service: 'inventory',
    repeatedTimeout: '900ms',
    otherTimeout: '1950ms',
  });
});

test.each<[string, boolean, UpstreamIntent]>([
  ['a Service of another namespace', true, call()],
  ['one of our own that scaffold.yaml claims', true, call({ namespaceRoute: 'claimed' })],
  [
    'one of our own namespace, whose route is its owner’s',
    false,
    call({ namespaceRoute: 'theirs' }),
  ],
  ['one whose owner sees to it', false, call({ owner: 'provider', namespaceRoute: 'theirs' })],
  ['a host outside', false, call({ address: { ...call().upstream.address, external: true } })],
  ['bytes', false, call({ address: { ...call().upstream.address, isOpaque: true } })],
  ['a stream that the application repeats', false, call({ stream: true }, repeats)],
  ['a stream whose reads the mesh repeats', true, call({ stream: true })],
])('%s: a route is %s', (_, inFiles, each) => {
  expect(wordsOf(each)).toMatchObject({ inFiles });
});

test.each([
  ['nobody and no users', {}, undefined, { namespaces: ['web'], accounts: [], everyone: false }],
  ['users alone', {}, issuer, { namespaces: [], accounts: [], everyone: true }],
  [
    'callers, each once',
    { callers: [storefront, { ...storefront, users: false }] },
    issuer,
    { namespaces: [], accounts: [{ name: 'storefront', namespace: 'web' }], everyone: false },
  ],
] as const)('who may call: %s', (_, place, users, expected) => {
  expect(emit.emit(intent({ issuer: users }, place)).service).toMatchObject(expected);
});

test('paths without a token have a route only where not everyone may call anyway', () => {
  const openPaths = { probes: ['/healthz'], anonymous: ['/about'] };
  const anonymousFor = (callers: readonly MeshCaller[]) =>
    emit.emit(intent({ issuer, openPaths }, { callers })).service['anonymous'];
  expect(anonymousFor([])).toEqual([]);
  expect(anonymousFor([storefront])).toEqual(['/about']);
});

test('observe lets in and counts, one replica ejects nothing', () => {
  const { service } = emit.emit(intent({}, { observed: true, replicas: 1 }));
  expect(service).toMatchObject({ accessPolicy: 'audit', ejects: false });
  expect(emit.emit(intent()).service).toMatchObject({
    accessPolicy: 'deny',
    ejects: true,
    maxFailures: 5,
    minPenalty: '1s',
    maxPenalty: '30s',
  });
});

test('the proxy waits for connections no longer than its most impatient upstream allows', () => {
  const hasty = call({ name: 'rates', timeout: 500 });
  expect(emit.emit(intent()).service).toMatchObject({ connectTimeout: '' });
  const { service, unsaid } = emit.emit(intent({ upstreams: [call(), hasty] }));
  expect(service).toMatchObject({ connectTimeout: `${hasty.policy.connectTimeout}ms` });
  expect(unsaid.map(({ control }) => control)).toContain('a connect timeout of each upstream');
});

test('telemetry leaves beside the proxy, unless something else uses its port', () => {
  const collector = {
    name: 'otel',
    host: 'otel.monitoring.svc.cluster.local',
    port: 4318,
    protocol: 'http',
    namespace: 'monitoring',
    external: false,
    bypass: true,
  };
  const { service } = emit.emit(intent({ egress: [collector] }));
  expect(service).toMatchObject({ bypassedPorts: '4318' });
});

test.each<[string, MeshIntent, readonly string[]]>([
  [
    'a service with one replica and no upstream',
    intent({}, { replicas: 1 }),
    [
      'limits of connections and requests (orders)',
      'the hosts that one workload may reach (orders)',
      'the tracing of one workload (orders)',
    ],
  ],
  [
    'users, another trust domain, and upstreams of each kind',
    intent(
      {
        issuer,
        upstreams: [
          call({}, repeats),
          call({ name: 'near', namespaceRoute: 'theirs', replicas: 1 }),
          call({ name: 'out', address: { ...call().upstream.address, external: true } }),
          call({ name: 'bytes', address: { ...call().upstream.address, isOpaque: true } }),
        ],
      },
      { trustDomain: 'example.com' },
    ),
    [
      'the users of requests (orders)',
      'limits of connections and requests (orders)',
      'a share of replicas that is never ejected (orders)',
      'the hosts that one workload may reach (orders)',
      'the tracing of one workload (orders)',
      'the trust domain example.com (orders)',
      'retries of what nobody has seen (orders)',
      'policy for one workload (inventory)',
      'the ejection of failing replicas (inventory)',
      'timeouts of one caller (near)',
      'timeouts and retries of a host outside (out)',
    ],
  ],
])('says what it cannot say: %s', (_, each, expected) => {
  const said = emit.emit(each).unsaid;
  expect(said.map(({ control, target }) => `${control} (${target})`)).toEqual(expected);
});

test('says which paths are open before the application looks at a token', () => {
  const insteadFor = (callers: readonly MeshCaller[]) =>
    emit.emit(intent({ issuer, openPaths: { probes: [], anonymous: ['/about'] } }, { callers }))
      .unsaid[0]?.instead;
  expect(insteadFor([])).toContain('every workload of the mesh reaches every path');
  expect(insteadFor([storefront])).toContain(
    'storefront of web reaches every path, and every workload of the mesh GET /about',
  );
});

test('says what the owner of an upstream in our namespace must set', () => {
  const insteadFor = (each: UpstreamIntent) =>
    emit.emit(intent({ upstreams: [each] })).unsaid.find(({ target }) => target === 'inventory')
      ?.instead;
  const near = { namespaceRoute: 'theirs' } as const;
  expect(insteadFor(call(near, repeats))).toContain('timeouts.request of 900ms for what');
  expect(insteadFor(call(near))).toContain('timeouts.request of 1950ms.');
  expect(insteadFor(call({ ...near, stream: true }))).toContain('no timeout there');
  expect(insteadFor(call({ namespaceRoute: 'claimed' }))).toContain('in every namespace');
});

test.each([4140, 4143, 4190, 4191])('port %i is the proxy’s', (port) => {
  const served = { ports: [8080, port], transport: 'http', methods: [], healthMethods: [] };
  const refusal = emit.refuse?.(intent({ served }), (setting) => `mesh-ready.${setting}`);
  expect(refusal?.message).toContain(`port ${port}, which Linkerd's proxy keeps for itself`);
  expect(refusal?.hint).toContain('service.port');
});

test('other ports are not refused', () => {
  expect(emit.refuse?.(intent(), (setting) => setting)).toBeUndefined();
});

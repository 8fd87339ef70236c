import { describe, expect, it } from 'vitest';

import { validateManifests } from '../../src/mesh/validate.js';
import { allCombinations } from '../support/combinations.js';
import {
  at,
  catalog,
  inventory,
  objectsOf,
  renderDeploy,
  request,
  type Manifest,
} from './support/deploy.js';

const render = (text: string): Map<string, Manifest> => objectsOf(renderDeploy(text));
/** The value at a path of the object with an id, such as `Sidecar orders`. */
const valueOf = (id: string, path: string, text: string): unknown => at(render(text).get(id), path);
const routesTo = (upstream: string, text: string): unknown =>
  valueOf(`VirtualService orders-to-${upstream}`, 'spec.http', text);
const rulesOf = (text: string): unknown =>
  valueOf('AuthorizationPolicy orders', 'spec.rules', text);
const storefront = (users: boolean) =>
  `, callers: [{ namespace: web, serviceAccount: storefront, users: ${users} }]`;
const ANNOTATIONS = 'spec.template.metadata.annotations';
const issuer = 'jwt: { issuer: "https://id.example.com/", anonymousPaths: [/healthz, /open] }';

describe('every object', () => {
  const objects = [
    ...render(request({ upstreams: [inventory, '{ name: old, url: "http://old.example.com" }'] })),
  ];

  it.each(objects)('%s stands in the namespace and carries the prune label', (_, object) => {
    expect(at(object, 'metadata.namespace')).toBe('shop');
    expect(at(object, 'metadata.labels')).toEqual({ 'app.kubernetes.io/name': 'orders' });
  });

  it.each(objects.filter(([, { apiVersion }]) => String(apiVersion).includes('istio.io')))(
    '%s has a stable API version',
    (_, { apiVersion }) => {
      expect(apiVersion).toMatch(/^(?:networking|security|telemetry)\.istio\.io\/v1$/);
    },
  );

  it('is none of the platform', () => {
    expect(objects.map(([id]) => id.split(' ')[0])).not.toContain('Namespace');
  });
});

describe('routes', () => {
  const match = { sourceLabels: { 'app.kubernetes.io/name': 'orders' }, port: 8080 };
  const target = [
    { destination: { host: 'inventory.shop.svc.cluster.local', port: { number: 8080 } } },
  ];
  const safe = { attempts: 2, retryOn: 'connect-failure,refused-stream,reset-before-request' };

  it('gives what the application repeats no retries, and the rest safe ones', () => {
    expect(routesTo('inventory', request())).toEqual([
      {
        name: 'repeated-by-application',
        match: [
          { ...match, method: { regex: 'GET|HEAD|OPTIONS|PUT|DELETE' } },
          { ...match, headers: { 'idempotency-key': {} } },
        ],
        route: target,
        timeout: '900ms',
        retries: { attempts: 0 },
      },
      { name: 'tried-once', match: [match], route: target, timeout: '1950ms', retries: safe },
    ]);
  });

  it('are all of the second kind without retries in the application', () => {
    const routes = routesTo('inventory', request({ capabilities: ['observability'] }));
    expect(routes).toEqual([
      { name: 'tried-once', match: [match], route: target, timeout: '1950ms', retries: safe },
    ]);
    const off = inventory.replace(' }', ', retry: false }');
    expect(routesTo('inventory', request({ upstreams: [off] }))).toEqual(routes);
  });

  it('follow the timeout and the tries of the upstream', () => {
    const slow = inventory.replace(
      ' }',
      ', timeout: 6s, retry: { attempts: 3, backoff: { initial: 100ms } } }',
    );
    const routes = routesTo('inventory', request({ upstreams: [slow] }));
    // floor((6000 − 100 − 200) / 3) to 50, less 50.
    expect(['0', '1'].map((index) => at(routes, index, 'timeout'))).toEqual(['1850ms', '5950ms']);
  });

  it('have no timeout for a stream: Istio refuses 0s', () => {
    const stream = inventory.replace(' }', ', stream: true }');
    for (const route of routesTo('inventory', request({ upstreams: [stream] })) as object[]) {
      expect(route).not.toHaveProperty('timeout');
    }
  });

  it('are private and leave the analyzer a word why they share a host', () => {
    const service = render(request()).get('VirtualService orders-to-inventory');
    expect(at(service, 'spec.exportTo')).toEqual(['.']);
    expect(at(service, 'metadata.annotations')).toEqual({
      'galley.istio.io/analyze-suppress': 'IST0109',
    });
  });
});

describe('limits towards an upstream', () => {
  it('are those of this service alone', () => {
    expect(valueOf('DestinationRule orders-to-inventory', 'spec', request())).toEqual({
      host: 'inventory.shop.svc.cluster.local',
      exportTo: ['.'],
      workloadSelector: { matchLabels: { 'app.kubernetes.io/name': 'orders' } },
      trafficPolicy: {
        connectionPool: {
          tcp: { connectTimeout: '400ms' },
          http: { http1MaxPendingRequests: 1024, http2MaxRequests: 1024, idleTimeout: '60s' },
        },
        outlierDetection: {
          consecutive5xxErrors: 5,
          interval: '5s',
          baseEjectionTime: '30s',
          maxEjectionPercent: 50,
          minHealthPercent: 0,
        },
        retryBudget: { percent: 20, minRetryConcurrency: 3 },
      },
    });
  });

  it('eject nobody from an upstream with one replica', () => {
    const single = inventory.replace(' }', ', replicas: 1 }');
    const text = request({ upstreams: [single] });
    const policy = valueOf('DestinationRule orders-to-inventory', 'spec.trafficPolicy', text);
    expect(policy).not.toHaveProperty('outlierDetection');
  });
});

describe('who owns an upstream', () => {
  const ids = (upstream: string): string[] =>
    [...render(request({ capabilities: ['retry'], upstreams: [upstream] })).keys()].filter((id) =>
      / orders-to-/.test(id),
    );

  it.each([
    ['inside, plain', inventory, ['VirtualService', 'DestinationRule']],
    [
      'inside, policy of the provider',
      inventory.replace(' }', ', mesh: { owner: provider } }'),
      [],
    ],
    ['inside, TLS of its own', '{ name: vault, url: "https://vault.shop.svc.cluster.local" }', []],
    [
      'outside, plain',
      '{ name: old, url: "http://old.example.com" }',
      ['VirtualService', 'DestinationRule', 'ServiceEntry'],
    ],
    ['outside, TLS', '{ name: pay, url: "https://pay.example.com" }', ['ServiceEntry']],
  ])('%s', (_, upstream, kinds) => {
    expect(ids(upstream).map((id) => id.split(' ')[0])).toEqual(kinds);
  });

  it('an entry outside lists every port that the process uses there', () => {
    const text = request({
      mesh: ', egress: [{ host: pay.example.com, port: 8443 }, { host: files.example.com, port: 21, protocol: tcp }]',
      upstreams: ['{ name: pay, url: "https://pay.example.com" }'],
    });
    const entries = [...render(text).values()].filter(({ kind }) => kind === 'ServiceEntry');
    const shown = ['metadata.name', 'spec.hosts', 'spec.ports'];
    expect(entries.map((entry) => shown.map((path) => at(entry, path)))).toEqual([
      [
        'orders-to-files.example.com',
        ['files.example.com'],
        [{ number: 21, name: 'tcp-21', protocol: 'TCP' }],
      ],
      [
        'orders-to-issuer.invalid',
        ['issuer.invalid'],
        [{ number: 443, name: 'tls-443', protocol: 'TLS' }],
      ],
      [
        'orders-to-pay',
        ['pay.example.com'],
        [
          { number: 443, name: 'tls-443', protocol: 'TLS' },
          { number: 8443, name: 'tls-8443', protocol: 'TLS' },
        ],
      ],
    ]);
  });
});

describe('plain TCP outside', () => {
  const capture = /ISTIO_META_DNS_CAPTURE: "true"/;
  const of = (protocol: string): unknown[] => {
    const egress = `, egress: [{ host: db.example.com, port: 5432, protocol: ${protocol} }]`;
    const objects = render(request({ mesh: egress }));
    return [
      at(objects.get('Deployment orders'), ANNOTATIONS, 'proxy.istio.io/config'),
      at(objects.get('ServiceEntry orders-to-db.example.com'), 'metadata.annotations'),
    ];
  };

  it('is told apart by an address that the proxy gives it', () => {
    const [config, annotations] = of('tcp');
    expect(config).toMatch(capture);
    expect(annotations).toEqual({ 'galley.istio.io/analyze-suppress': 'IST0134' });
  });

  it('is not needed by TLS, which has a server name', () => {
    const [config, annotations] = of('https');
    expect(config).not.toMatch(capture);
    expect(annotations).toBeUndefined();
  });
});

describe('what may be reached', () => {
  it('is everything that the process contacts, and nothing else', () => {
    const text = request({
      mesh: ', egress: [{ host: cache.shop.svc.cluster.local, port: 6379, protocol: tcp }]',
      upstreams: [inventory, '{ name: pay, url: "https://pay.example.com" }'],
    });
    const sidecar = render(text).get('Sidecar orders');
    expect(at(sidecar, 'spec.outboundTrafficPolicy')).toEqual({ mode: 'REGISTRY_ONLY' });
    expect((at(sidecar, 'spec.egress.0.hosts') as string[]).toSorted()).toEqual([
      './issuer.invalid',
      './pay.example.com',
      'istio-system/*',
      'kube-system/kube-dns.kube-system.svc.cluster.local',
      'observability/otel-collector.observability.svc.cluster.local',
      'shop/cache.shop.svc.cluster.local',
      'shop/inventory.shop.svc.cluster.local',
    ]);
  });

  const excluded = (text: string): unknown =>
    at(
      render(text).get('Deployment orders'),
      ANNOTATIONS,
      'traffic.sidecar.istio.io/excludeOutboundPorts',
    );

  it('leaves telemetry out of the sidecar', () => {
    expect(excluded(request())).toBe('4318');
    expect(excluded(request({ capabilities: ['jwt'] }))).toBeUndefined();
  });

  it('keeps a port in the sidecar that others use too', () => {
    const shared = 'observability: { endpoint: "https://otlp.example.com" }';
    expect(excluded(request({ capabilities: ['jwt', shared] }))).toBeUndefined();
    expect(excluded(request({ capabilities: [shared] }))).toBe('443');
  });
});

describe('who may call', () => {
  const anonymous = { to: [{ operation: { methods: ['GET'], paths: ['/healthz', '/open'] } }] };
  const caller = 'cluster.local/ns/web/sa/storefront';

  it.each([
    [
      'users',
      request({ capabilities: [issuer] }),
      [{ from: [{ source: { requestPrincipals: ['https://id.example.com//*'] } }] }, anonymous],
    ],
    [
      'a caller with users',
      request({ capabilities: [issuer], mesh: storefront(true) }),
      [
        {
          from: [
            { source: { principals: [caller], requestPrincipals: ['https://id.example.com//*'] } },
          ],
        },
        anonymous,
      ],
    ],
    [
      'a caller alone',
      request({ capabilities: [issuer], mesh: storefront(false) }),
      [{ from: [{ source: { principals: [caller] } }] }, anonymous],
    ],
    [
      'a caller, no users known',
      request({ capabilities: ['retry'], mesh: storefront(true) }),
      [{ from: [{ source: { principals: [caller] } }] }],
    ],
    [
      'the own namespace',
      request({ capabilities: ['retry'] }),
      [{ from: [{ source: { namespaces: ['shop'] } }] }],
    ],
  ])('%s', (_, text, rules) => {
    expect(rulesOf(text)).toEqual(rules);
  });

  it('is known by the trust domain', () => {
    const text = request({
      capabilities: ['retry'],
      mesh: `${storefront(false)}, trustDomain: acme.example`,
    });
    expect(at(rulesOf(text), '0.from.0.source.principals')).toEqual([
      'acme.example/ns/web/sa/storefront',
    ]);
  });

  it('is checked as the application checks it', () => {
    const text = request({ capabilities: [issuer] });
    expect(valueOf('RequestAuthentication orders', 'spec.jwtRules', text)).toEqual([
      {
        issuer: 'https://id.example.com/',
        audiences: ['orders'],
        jwksUri: 'https://issuer.invalid/.well-known/jwks.json',
        fromHeaders: [{ name: 'Authorization', prefix: 'Bearer ' }],
        forwardOriginalToken: true,
        timeout: '5s',
      },
    ]);
    expect(render(request({ capabilities: ['retry'] })).has('RequestAuthentication orders')).toBe(
      false,
    );
  });
});

describe('rollout', () => {
  it.each([
    ['enforce', 'STRICT', undefined, 'REGISTRY_ONLY'],
    ['observe', 'PERMISSIVE', { 'istio.io/dry-run': 'true' }, 'ALLOW_ANY'],
  ])('%s', (rollout, mode, annotations, outbound) => {
    const objects = render(request({ mesh: `, rollout: ${rollout}` }));
    expect(at(objects.get('PeerAuthentication orders'), 'spec.mtls.mode')).toBe(mode);
    const policy = objects.get('AuthorizationPolicy orders');
    expect(at(policy, 'metadata.annotations')).toEqual(annotations);
    const sidecar = objects.get('Sidecar orders');
    expect(at(sidecar, 'spec.outboundTrafficPolicy.mode')).toBe(outbound);
  });
});

describe('the pod', () => {
  const ofPod = (path: string, text: string): unknown =>
    valueOf('Deployment orders', `spec.template.${path}`, text);

  it('ends within its grace period, and the proxy after it', () => {
    for (const [timeout, shutdown] of [
      ['5s', 20],
      ['40s', 45],
    ] as const) {
      const text = request({ service: `, timeout: ${timeout}` });
      expect(ofPod('spec.containers.0.lifecycle.preStop', text)).toEqual({ sleep: { seconds: 5 } });
      expect(ofPod('spec.terminationGracePeriodSeconds', text)).toBe(5 + shutdown + 5);
      const config = at(
        render(text).get('Deployment orders'),
        ANNOTATIONS,
        'proxy.istio.io/config',
      );
      expect(config).toBe(
        [
          `drainDuration: ${Math.max(45, 5 + shutdown)}s`,
          'holdApplicationUntilProxyStarts: true',
          `terminationDrainDuration: ${5 + shutdown}s`,
          '',
        ].join('\n'),
      );
    }
  });

  it('has no replicas of its own beside an autoscaler', () => {
    const objects = render(request());
    expect(objects.get('Deployment orders')).not.toHaveProperty('spec.replicas');
    expect(at(objects.get('HorizontalPodAutoscaler orders'), 'spec')).toMatchObject({
      minReplicas: 3,
      maxReplicas: 9,
    });
    expect(at(objects.get('PodDisruptionBudget orders'), 'spec.maxUnavailable')).toBe(1);
    expect(objects.get('DestinationRule orders')).toHaveProperty(
      'spec.trafficPolicy.outlierDetection',
    );
  });

  it('is one alone without autoscaler, budget and ejection', () => {
    const objects = render(request({ mesh: ', replicas: 1' }));
    expect(objects.get('Deployment orders')).toHaveProperty('spec.replicas', 1);
    expect(objects.has('HorizontalPodAutoscaler orders')).toBe(false);
    expect(objects.has('PodDisruptionBudget orders')).toBe(false);
    expect(objects.get('DestinationRule orders')).not.toHaveProperty(
      'spec.trafficPolicy.outlierDetection',
    );
  });

  it('has all four annotations of the proxy', () => {
    const annotations = Object.keys(ofPod('metadata.annotations', request()) as object);
    expect(annotations.filter((name) => name.startsWith('sidecar.istio.io/proxy'))).toHaveLength(4);
  });

  it('is injected by its label, by the revision that is set', () => {
    const labels = {
      app: 'orders',
      'app.kubernetes.io/name': 'orders',
      'sidecar.istio.io/inject': 'true',
      version: 'v1',
    };
    expect(ofPod('metadata.labels', request())).toEqual(labels);
    expect(ofPod('metadata.labels', request({ mesh: ', revision: canary' }))).toEqual({
      ...labels,
      'istio.io/rev': 'canary',
    });
  });

  it('names variables before those that refer to them', () => {
    const env = ofPod('spec.containers.0.env', request()) as { name: string; value?: string }[];
    const names = env.map(({ name }) => name);
    const references = env.flatMap(({ value = '' }, index) =>
      [...value.matchAll(/\$\(([A-Z_]+)\)/g)].map(([, name]) =>
        names.slice(0, index).includes(name!),
      ),
    );
    expect(references.length).toBeGreaterThan(3);
    expect(references).not.toContain(false);
  });
});

describe('tracing', () => {
  it('keeps what the parent decided', () => {
    expect(valueOf('Telemetry orders', 'spec', request())).toEqual({
      selector: { matchLabels: { 'app.kubernetes.io/name': 'orders' } },
      tracing: [{ randomSamplingPercentage: 100 }],
    });
  });

  it('names a provider when one is set', () => {
    const text = request({ mesh: ', tracingProvider: tempo' });
    expect(valueOf('Telemetry orders', 'spec.tracing', text)).toEqual([
      { providers: [{ name: 'tempo' }], randomSamplingPercentage: 100 },
    ]);
  });
});

describe('every combination', () => {
  const combinations = allCombinations(catalog, 'go');

  it.each(combinations.map(({ name, text }) => [name, text]))('%s is valid', (name, text) => {
    const files = renderDeploy(text);
    expect(files.length > 0).toBe(name.includes('mesh-ready'));
    const { findings, unchecked } = validateManifests(files);
    expect([findings, unchecked]).toEqual([[], []]);
  });

  it('takes names of 63 characters', () => {
    const long = 'a'.repeat(63);
    const text = request({
      name: long,
      upstreams: [inventory.replace('inventory,', `${long.replace('a', 'b')},`)],
    });
    expect(validateManifests(renderDeploy(text)).findings).toEqual([]);
  });
});

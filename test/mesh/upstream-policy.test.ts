import { describe, expect, it } from 'vitest';

import {
  at,
  inventory,
  objectsOf,
  renderDeploy,
  request,
  type Manifest,
} from './support/deploy.js';

const render = (text: string): Map<string, Manifest> => objectsOf(renderDeploy(text));
/** The value at a path of the object with an id, such as `Sidecar orders`. */
const valueOf = (id: string, path: string, text: string): unknown =>
  at(objectsOf(renderDeploy(text)).get(id), path);
const routesTo = (upstream: string, text: string): unknown =>
  valueOf(`VirtualService orders-to-${upstream}`, 'spec.http', text);

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

  it('two callers in one namespace have objects of their own, for their own pods alone', () => {
    const callers = ['orders', 'billing'].map((name) => [...render(request({ name }))]);
    const ids = callers.flatMap((objects) => objects.map(([id]) => id));
    expect(ids).toHaveLength(new Set(ids).size);
    const pods = callers.map((objects) =>
      objects.flatMap(([id, object]) => {
        if (id.startsWith('VirtualService')) {
          const routes = at(object, 'spec.http') as { match: { sourceLabels: unknown }[] }[];
          return routes.flatMap(({ match }) => match.map(({ sourceLabels }) => sourceLabels));
        }
        return / \S+-to-inventory$/.test(id)
          ? [at(object, 'spec.workloadSelector.matchLabels')]
          : [];
      }),
    );
    const only = (name: string): object[] =>
      Array<object>(4).fill({ 'app.kubernetes.io/name': name });
    expect(pods).toEqual([only('orders'), only('billing')]);
  });

  it('an entry outside stands once for upstreams that share a host', () => {
    const text = request({
      capabilities: ['retry'],
      upstreams: [
        '{ name: old, url: "http://old.example.com" }',
        '{ name: secure, url: "https://old.example.com" }',
      ],
    });
    const entries = [...objectsOf(renderDeploy(text)).values()].filter(
      ({ kind }) => kind === 'ServiceEntry',
    );
    expect(entries.map((entry) => at(entry, 'spec.ports'))).toEqual([
      [
        { number: 80, name: 'http-80', protocol: 'HTTP' },
        { number: 443, name: 'tls-443', protocol: 'TLS' },
      ],
    ]);
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

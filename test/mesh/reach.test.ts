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
const ANNOTATIONS = 'spec.template.metadata.annotations';

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

import { describe, expect, test } from 'vitest';

import { explainFlow } from '../../src/explain/explain-flow.js';
import type { Flow } from '../../src/flow/flow.js';
import { queriesOf } from '../../src/meshes/istio/queries.js';
import { compose } from '../../src/project/compose.js';
import { readProject } from '../../src/project/read-project.js';
import { policyOf, scenarioOf } from '../../src/simulate/scenario.js';
import { simulate } from '../../src/simulate/simulate.js';
import { ruleCatalog } from '../support/rule-catalog.js';

const HOST = 'inventory.shop.svc.cluster.local';
const workload = (name: string, mode: string): string =>
  `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: shop }
spec:
  replicas: 3
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name}, istio.io/dataplane-mode: ${mode} } }
    spec: { containers: [{ name: app, image: "registry.example.com/app:1", ports: [{ containerPort: 8080 }] }] }
`;
const service = (labels: string): string =>
  `apiVersion: v1
kind: Service
metadata: { name: inventory, namespace: shop, labels: { ${labels} } }
spec: { selector: { app: inventory }, ports: [{ name: http, port: 8080 }] }
`;
const route = (match: string, exportTo = '"*"'): string =>
  `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: inventory, namespace: shop }
spec:
  hosts: [${HOST}]
  exportTo: [${exportTo}]
  http:
    - name: own
      ${match}
      route: [{ destination: { host: ${HOST} } }]
      timeout: 700ms
      retries: { attempts: 0 }
`;
const limits = `apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: inventory, namespace: shop }
spec:
  host: ${HOST}
  trafficPolicy: { connectionPool: { http: { http2MaxRequests: 20 } } }
`;
const AT_GATE = 'istio.io/use-waypoint: gate';

/** Calls of orders to inventory, both of the namespace shop. */
function flowOf(...manifests: readonly string[]): Flow {
  const files = new Map([
    [
      'scaffold.yaml',
      `service: { name: orders }\ncapabilities: { mesh: { namespace: shop } }\nupstreams: [{ name: inventory, url: "http://${HOST}:8080", timeout: 10s }]\n`,
    ],
    [
      'deploy/mesh.yaml',
      [workload('orders', 'ambient'), workload('inventory', 'ambient'), ...manifests].join('---\n'),
    ],
  ]);
  const { controls, problems } = readProject({ files, catalog: ruleCatalog() });
  expect(problems).toEqual([]);
  return compose(controls).flows.find(({ name }) => name === 'inventory')!;
}

const passes = (flow: Flow): string | undefined =>
  explainFlow(flow, []).layers.find(({ what }) => what === 'passes')?.value;

describe('a call in the ambient mesh', () => {
  test('passes the waypoint of the upstream, with its routes and limits', () => {
    const flow = flowOf(service(AT_GATE), route(''), limits);
    expect(passes(flow)).toBe('ztunnel → waypoint gate of shop → ztunnel');
    expect(flow.through).toBe('shared');
    expect(flow.routes.map(({ values }) => values.timeout.value)).toEqual([700]);
    expect(flow.policy?.values.pool?.http2MaxRequests.value).toBe(20);
    const titles = explainFlow(flow, []).outcomes.map(({ title }) => title);
    expect(titles).toContain('waypoint: pool full');
  });

  test('meets no route that asks for the labels of callers, and then the default retries', () => {
    const flow = flowOf(service(AT_GATE), route('match: [{ sourceLabels: { app: orders } }]'));
    expect(flow.routes).toEqual([]);
    expect(flow.defaultRoute.values.attempts.value).toBe(2);
  });

  test('meets no route that the waypoint of another namespace may not see', () => {
    const elsewhere = `${AT_GATE}, istio.io/use-waypoint-namespace: infra`;
    expect(flowOf(service(elsewhere), route('', '.')).routes).toEqual([]);
    expect(flowOf(service(elsewhere), route('', 'infra')).routes).toHaveLength(1);
  });

  test('is read by nobody without a waypoint', () => {
    const flow = flowOf(service('istio.io/use-waypoint: none'), route(''), limits);
    expect(passes(flow)).toBe('ztunnel → ztunnel: nothing reads requests');
    expect(flow.routes).toEqual([]);
    expect(flow.policy).toBeUndefined();
    const titles = explainFlow(flow, []).outcomes.map(({ title }) => title);
    expect(titles.filter((title) => /pool|ejected/.test(title))).toEqual([]);
  });

  test('may pass a waypoint that no manifest here names', () => {
    expect(passes(flowOf())).toBe('ztunnel → a waypoint, if the upstream has one → ztunnel');
  });

  test('passes a sidecar where the pods have one', () => {
    const flow = flowOf(service(AT_GATE), route(''));
    const files = [workload('orders', 'none'), service(AT_GATE), route('')];
    expect(flow.through).toBe('shared');
    const { controls } = readProject({
      files: new Map([
        [
          'scaffold.yaml',
          `service: { name: orders }\ncapabilities: { mesh: { namespace: shop } }\nupstreams: [{ name: inventory, url: "http://${HOST}:8080" }]\n`,
        ],
        [
          'deploy/mesh.yaml',
          files
            .join('---\n')
            .replace('istio.io/dataplane-mode: none', 'sidecar.istio.io/inject: "true"'),
        ],
      ]),
      catalog: ruleCatalog(),
    });
    expect(compose(controls).flows[0]).toMatchObject({ through: 'sidecar' });
  });

  test('is counted where it passes', () => {
    const at = (flow: Flow) =>
      queriesOf(flow)
        .map(({ query }) => query)
        .join('\n');
    const waypoint = at(flowOf(service(AT_GATE), route(''), limits));
    expect(waypoint).toContain('istio_requests_total{reporter="waypoint"');
    expect(waypoint).toContain(String.raw`cluster_name=~"inbound-vip\\|8080\\|http.*\\|inventory`);
    expect(at(flowOf(service('istio.io/use-waypoint: none')))).toContain('response_flags="DENY"');
  });
});

test('a waypoint counts the requests of all pods together', () => {
  const flow = flowOf(service(AT_GATE), route(''), limits);
  const scenario = scenarioOf({ fault: 'slow', rate: 200, share: 1, seed: 1, replicas: 3 });
  expect(policyOf(flow, 3)).toMatchObject({ isShared: true, maxRequests: 20 });
  const requests = (isShared: boolean): number =>
    simulate({ ...policyOf(flow, 3), isShared }, scenario).amplification;
  // Slow answers fill the pool: 20 at once together, in place of 20 for each of three pods.
  expect(requests(true)).toBeLessThan(requests(false));
});

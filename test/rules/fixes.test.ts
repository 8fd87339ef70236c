import fc from 'fast-check';
import { expect, test } from 'vitest';

import { checkProjects } from '../../src/project/check-project.js';
import { fixProjects } from '../../src/project/fix-projects.js';
import type { Finding } from '../../src/model/finding.js';
import { ruleCatalog } from '../support/rule-catalog.js';

const catalog = ruleCatalog();
const HOST = 'inventory.shop.svc.cluster.local';

/** A field that is there with one of these values, or not at all. */
const maybe = (key: string, ...values: readonly (string | number)[]) =>
  fc.constantFrom('', ...values.map((value) => `${key}: ${value}`));
const block = (...fields: readonly fc.Arbitrary<string>[]) =>
  fc.tuple(...fields).map((texts) => `{ ${texts.filter((text) => text !== '').join(', ')} }`);
const words = fc.subarray(
  ['5xx', 'gateway-error', 'reset', 'connect-failure', 'refused-stream', 'unavailable', '503'],
  { minLength: 1 },
);

const retries = fc.oneof(
  fc.constantFrom('', 'retries: { attempts: 0 }'),
  fc
    .tuple(fc.integer({ min: 1, max: 5 }), words, maybe('perTryTimeout', '100ms', '1s', '5s'))
    .map(([attempts, on, perTry]) =>
      `retries: { attempts: ${attempts}, retryOn: "${on.join()}", ${perTry} }`.replace(', }', ' }'),
    ),
);
const route = fc
  .tuple(
    fc.constantFrom('', 'match: [{ method: { exact: GET } }]', 'match: [{ uri: { prefix: /a } }]'),
    maybe('timeout', '500ms', '900ms', '2s', '10s'),
    retries,
    fc.constantFrom('', ', subset: v1'),
  )
  .map(([match, timeout, retry, subset]) =>
    [
      `    - route: [{ destination: { host: ${HOST}${subset} } }]`,
      ...[match, timeout, retry].filter((text) => text !== '').map((text) => `      ${text}`),
    ].join('\n'),
  );
const traffic = block(
  block(
    maybe('tcp', '{ connectTimeout: 400ms }', '{ connectTimeout: 3s }'),
    block(
      maybe('http1MaxPendingRequests', 1, 1024),
      maybe('http2MaxRequests', 1, 100, 1024),
      maybe('maxRetries', 0, 3),
      maybe('idleTimeout', '30s', '2h'),
    ).map((http) => (http === '{  }' ? '' : `http: ${http}`)),
  ).map((pool) => (pool === '{  }' ? '' : `connectionPool: ${pool}`)),
  block(
    maybe('consecutive5xxErrors', 0, 2, 5),
    maybe('consecutiveGatewayErrors', 3, 7),
    maybe('maxEjectionPercent', 10, 34, 50, 100),
    maybe('minHealthPercent', 0, 40, 90),
    maybe('baseEjectionTime', '5s', '30s'),
  ).map((outlier) => (outlier === '{  }' ? '' : `outlierDetection: ${outlier}`)),
  maybe('retryBudget', '{ percent: 20, minRetryConcurrency: 3 }'),
  maybe('tls', '{ mode: DISABLE }'),
).map((policy) => (policy === '{  }' ? '{ loadBalancer: { simple: RANDOM } }' : policy));

const project = fc
  .record({
    routes: fc.array(route, { minLength: 1, maxLength: 3 }),
    traffic,
    replicas: fc.integer({ min: 1, max: 4 }),
    tries: fc.integer({ min: 1, max: 4 }),
    timeout: fc.constantFrom('800ms', '2s', '10s'),
    grace: maybe('terminationGracePeriodSeconds', 10, 30, 60),
    budget: maybe('minAvailable', 1, 2, '100%'),
    mode: fc.constantFrom('STRICT', 'PERMISSIVE'),
  })
  .map(({ routes, traffic: policy, replicas, tries, timeout, grace, budget, mode }) => {
    const deployment = (name: string) =>
      `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: ${name}, namespace: shop }\nspec:\n  replicas: ${replicas}\n  selector: { matchLabels: { app: ${name} } }\n  template:\n    metadata:\n      labels: { app: ${name}, version: v1, sidecar.istio.io/inject: 'true' }\n    spec:\n${grace === '' ? '' : `      ${grace}\n`}      serviceAccountName: ${name}\n      containers: [{ name: app, image: example.com/app }]\n---\napiVersion: v1\nkind: Service\nmetadata: { name: ${name}, namespace: shop }\nspec: { selector: { app: ${name} }, ports: [{ name: grpc, port: 8080 }] }\n`;
    return new Map([
      [
        'scaffold.yaml',
        `service: { name: orders, timeout: 20s }\ncapabilities: { mesh: {}, retry: { attempts: ${tries} }, breaker: {} }\nupstreams: [{ name: inventory, url: "http://${HOST}:8080", timeout: ${timeout} }]\n`,
      ],
      [
        'deploy/mesh.yaml',
        [
          deployment('orders'),
          deployment('inventory'),
          `apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: { name: inventory, namespace: shop }\nspec:\n  hosts: [${HOST}]\n  http:\n${routes.join('\n')}\n`,
          `apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: { name: inventory, namespace: shop }\nspec:\n  host: ${HOST}\n  trafficPolicy: ${policy}\n  subsets: [{ name: v1, labels: { version: v1 } }]\n`,
          `apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: { name: inventory, namespace: shop }\nspec: { selector: { matchLabels: { app: inventory } }${budget === '' ? '' : `, ${budget}`} }\n`,
          `apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: { name: shop, namespace: shop }\nspec: { mtls: { mode: ${mode} } }\n`,
        ].join('---\n'),
      ],
    ]);
  });

type Project = ReadonlyMap<string, string>;

function check(files: Project): readonly Finding[] {
  const [checked] = checkProjects([{ files, catalog }]);
  expect(checked?.problems).toEqual([]);
  return checked?.findings ?? [];
}

const codesOf = (findings: readonly Finding[]): string[] =>
  findings.map(({ code, target }) => `${code} ${target}`);

const fix = (files: Project): Project =>
  fixProjects(
    [files],
    ([project = files]) => [check(project)],
    () => true,
  )[0] ?? files;

test('a retryOn of which nothing is left ends the retries: without words it is the default', () => {
  const text = `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: inventory, namespace: shop }
spec:
  hosts: [${HOST}]
  http:
    - route: [{ destination: { host: ${HOST} } }]
      retries: { attempts: 2, retryOn: unavailable }
      timeout: 5s
---
apiVersion: v1
kind: Service
metadata: { name: inventory, namespace: shop }
spec: { selector: { app: inventory }, ports: [{ name: grpc, port: 8080 }] }
`;
  const fixed = fix(new Map([['mesh.yaml', text]])).get('mesh.yaml');
  expect(fixed).toContain('retries:\n        attempts: 0\n');
});

test('a fix that would bring another finding is left to people, the others are made', () => {
  const replicas = (count: number): Project =>
    new Map([['a.yaml', `kind: A\nmetadata: { name: a }\nspec: { replicas: ${count} }\n`]]);
  /** One replica is bad, and so are those after the third. */
  const find = (projects: readonly Project[]): readonly (readonly Finding[])[] =>
    projects.map((files, index) => {
      const count = Number(/replicas: (\d)/.exec(files.get('a.yaml') ?? '')?.[1]);
      const report = (code: string, value: number): Finding[] => [
        {
          ...{ code, severity: 'error', layer: 'mesh', target: 'a', message: '', why: '', fix: '' },
          locations: [],
          edits: [
            { file: 'a.yaml', object: { kind: 'A', name: 'a' }, at: ['spec', 'replicas'], value },
          ],
        } as unknown as Finding,
      ];
      if (count === 1) return report('TOO_FEW', index === 1 ? 4 : 2);
      return count > 3 ? report('TOO_MANY', 3) : [];
    });
  const projects = [replicas(1), replicas(1), replicas(1)];
  expect(fixProjects(projects, find, () => true)).toEqual([replicas(2), replicas(1), replicas(2)]);
});

test('fixing adds no finding, however policies are combined, and comes to an end', () => {
  fc.assert(
    fc.property(project, (files) => {
      const found = check(files);
      const fixed = fix(files);
      const after = check(fixed);
      const before = codesOf(found);
      for (const code of new Set(codesOf(after))) expect(before).toContain(code);
      expect(after.length).toBeLessThanOrEqual(before.length);
      expect(fix(fixed)).toBe(fixed);
    }),
    { numRuns: Number(process.env['FUZZ_RUNS'] ?? 40) },
  );
}, 300_000);

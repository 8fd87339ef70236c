import { describe, expect, test } from 'vitest';

import { checkProjects } from '../../../src/project/check-project.js';
import { ruleCatalog } from '../../support/rule-catalog.js';

/** Rules that hold for both meshes, from one file each, on services for Linkerd. */
const catalog = ruleCatalog();
const HOST = 'inventory.shop.svc.cluster.local';

const service = (annotations: string, name = 'inventory') =>
  `apiVersion: v1\nkind: Service\nmetadata: { name: ${name}, namespace: shop, annotations: { ${annotations} } }\nspec: { selector: { app: ${name} }, ports: [{ name: http, port: 8080 }] }\n---\n`;
const deployment = (name: string, { annotations = '', replicas = 3 } = {}) =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: ${name}, namespace: shop }\nspec:\n  replicas: ${replicas}\n  selector: { matchLabels: { app: ${name} } }\n  template:\n    metadata: { labels: { app: ${name} }, annotations: { linkerd.io/inject: enabled${annotations} } }\n    spec:\n      serviceAccountName: ${name}\n      containers: [{ name: app, image: "registry.invalid/${name}:1", ports: [{ name: http, containerPort: 8080 }] }]\n---\n`;
const server = (name: string, callers: string) =>
  [
    `apiVersion: policy.linkerd.io/v1beta3\nkind: Server\nmetadata: { name: ${name}, namespace: shop }\nspec: { podSelector: { matchLabels: { app: ${name} } }, port: http }`,
    `apiVersion: policy.linkerd.io/v1alpha1\nkind: AuthorizationPolicy\nmetadata: { name: ${name}, namespace: shop }\nspec: { targetRef: { group: policy.linkerd.io, kind: Server, name: ${name} }, requiredAuthenticationRefs: [{ group: policy.linkerd.io, kind: MeshTLSAuthentication, name: ${name} }] }`,
    `apiVersion: policy.linkerd.io/v1alpha1\nkind: MeshTLSAuthentication\nmetadata: { name: ${name}, namespace: shop }\nspec: ${callers}`,
    '',
  ].join('\n---\n');

type Given = {
  readonly capabilities?: string;
  readonly timeout?: string;
  readonly mesh: string;
};

function findingsOf({ capabilities = '', timeout = '2s', mesh }: Given) {
  const files = new Map([
    [
      'scaffold.yaml',
      `service: { name: orders }\ncapabilities: { mesh: { provider: linkerd }${capabilities} }\nupstreams: [{ name: inventory, url: "http://${HOST}:8080", timeout: ${timeout}, replicas: 3 }]\n`,
    ],
    ['deploy/mesh.yaml', deployment('orders') + service('', 'orders') + mesh],
  ]);
  const [checked] = checkProjects([{ files, catalog }]);
  expect(checked?.problems).toEqual([]);
  return checked?.findings ?? [];
}

const accrual = (max: number, penalty: string) =>
  `balancer.linkerd.io/failure-accrual: consecutive, balancer.linkerd.io/failure-accrual-consecutive-max-failures: "${max}", balancer.linkerd.io/failure-accrual-consecutive-min-penalty: ${penalty}`;

const cases: readonly (readonly [string, Given, string])[] = [
  [
    'RETRY_AMPLIFIED',
    {
      capabilities: ', retry: { attempts: 2 }',
      mesh: service('retry.linkerd.io/http: 5xx, retry.linkerd.io/limit: "2"'),
    },
    '2 tries by the application (scaffold.yaml:2) × 3 by the mesh (retry.linkerd.io/limit: 2)',
  ],
  [
    'APP_TIMEOUT_BELOW_MESH',
    { mesh: service('timeout.linkerd.io/request: 3s') },
    'gives up a try after 2000 ms',
  ],
  [
    'OD_RETRY_COUPLED',
    {
      mesh: service(`retry.linkerd.io/http: 5xx, retry.linkerd.io/limit: "2", ${accrual(3, '2s')}`),
    },
    'makes 3 tries (1 by the application × 3 by the mesh), and 3 errors in a row eject',
  ],
  [
    'BREAKER_OPEN_VS_EJECTION',
    { capabilities: ', breaker: { openFor: 5s }', mesh: service(accrual(7, '20s')) },
    'may be ejected for 20000 ms, and the breaker probes after 5000 ms',
  ],
  [
    'CALLER_NOT_ALLOWED',
    {
      mesh:
        service('') +
        deployment('inventory') +
        server('inventory', '{ identityRefs: [{ kind: ServiceAccount, name: storefront }] }'),
    },
    'orders.shop (scaffold.yaml:3) is not let in by AuthorizationPolicy/inventory',
  ],
];

describe.each(cases)('%s', (code, given, words) => {
  test('fires for Linkerd', () => {
    const found = findingsOf(given).filter((finding) => finding.code === code);
    expect(found.map(({ message }) => message)).toEqual([expect.stringContaining(words)]);
    // It speaks no language of another mesh.
    for (const { message, fix } of found)
      expect(`${message} ${fix}`).not.toMatch(/istio|envoy|attempts:|maxEjectionPercent/i);
  });

  test('is silent without what it is about', () => {
    const good = findingsOf({ mesh: service('timeout.linkerd.io/request: 1900ms') });
    expect(good.map((finding) => finding.code)).not.toContain(code);
  });
});

test.each([
  ['"false"', undefined, 1],
  ['"false"', '"40"', 0],
  ['"true"', undefined, 0],
])('SHUTDOWN_LEGACY: native %s, wait %s', (native, wait, times) => {
  const annotations = `, config.linkerd.io/proxy-enable-native-sidecar: ${native}${wait === undefined ? '' : `, config.alpha.linkerd.io/proxy-wait-before-exit-seconds: ${wait}`}`;
  const files = new Map([
    ['scaffold.yaml', 'service: { name: orders }\ncapabilities: { mesh: { provider: linkerd } }\n'],
    ['deploy/mesh.yaml', deployment('orders', { annotations }) + service('', 'orders')],
  ]);
  const [checked] = checkProjects([{ files, catalog }]);
  const found = checked!.findings.filter(({ code }) => code === 'SHUTDOWN_LEGACY');
  expect(found).toHaveLength(times);
  for (const { message, fix } of found) {
    expect(message).toContain('The sidecar ends 0 ms after the signal (its default)');
    expect(fix).toContain('proxy-wait-before-exit-seconds');
  }
});

test('a caller that is let in raises nothing', () => {
  const callers = '{ identityRefs: [{ kind: ServiceAccount, name: orders }] }';
  const found = findingsOf({
    mesh: service('') + deployment('inventory') + server('inventory', callers),
  });
  expect(found.map(({ code }) => code)).not.toContain('CALLER_NOT_ALLOWED');
});

test('a ServiceProfile is spoken of in its own words', () => {
  const profile = `${service('')}apiVersion: linkerd.io/v1alpha2\nkind: ServiceProfile\nmetadata: { name: ${HOST}, namespace: shop }\nspec: { routes: [{ name: all, condition: { pathRegex: /.* }, isRetryable: true }] }\n---\n`;
  const found = findingsOf({ capabilities: ', retry: { attempts: 2 }', mesh: profile });
  const of = (wanted: string) => found.find(({ code }) => code === wanted);
  expect(of('RETRY_AMPLIFIED')?.message).toContain('(isRetryable: true, without a limit)');
  expect(of('APP_TIMEOUT_BELOW_MESH')?.fix).toMatch(/^timeout: \d+ms on this route/);
});

test('with no retry annotations there is nothing to multiply', () => {
  const capabilities = ', retry: { attempts: 2 }';
  const found = findingsOf({ capabilities, mesh: service('timeout.linkerd.io/request: 900ms') });
  expect(found.map(({ code }) => code)).not.toContain('RETRY_AMPLIFIED');
});

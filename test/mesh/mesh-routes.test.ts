import { describe, expect, test } from 'vitest';

import { httpRequest } from '../support/http-request.js';
import { checkProjects } from '../../src/project/check-project.js';
import { explainFlow } from '../../src/explain/explain-flow.js';
import { walkCall } from '../../src/explain/walk-call.js';
import { readProject } from '../../src/project/read-project.js';
import { policyOf } from '../../src/simulate/scenario.js';
import { compose } from '../../src/project/compose.js';
import { type Flow } from '../../src/flow/flow.js';
import { ruleCatalog } from '../support/rule-catalog.js';

/** HTTPRoutes whose parent is a Service, as Istio converts them (config/kube/gateway/conversion.go). */
const catalog = ruleCatalog();
const HOST = 'inventory.shop.svc.cluster.local';
const GET = httpRequest('GET');
const POST = httpRequest('POST');
const FILE = 'deploy/route.yaml';

type Given = {
  readonly rules: string;
  readonly parent?: string;
  readonly namespace?: string;
  readonly others?: readonly string[];
  readonly tries?: number;
};

const httpRoute = ({ rules, parent = '', namespace = 'shop' }: Given, name = 'inventory'): string =>
  `apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: { name: ${name}, namespace: ${namespace} }\nspec:\n  parentRefs: [{ group: "", kind: Service, name: inventory${parent} }]\n  rules:\n${rules}`;
const rule = (...fields: readonly string[]): string =>
  [
    '    - backendRefs: [{ name: inventory, port: 8080 }]',
    ...fields.map((field) => `      ${field}`),
  ]
    .map((line) => `${line}\n`)
    .join('');
const virtualService = (exportTo: string, namespace = 'shop'): string =>
  `apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: { name: own, namespace: ${namespace} }\nspec:\n  hosts: [${HOST}]\n  exportTo: ["${exportTo}"]\n  http:\n    - route: [{ destination: { host: ${HOST} } }]\n      timeout: 7s\n      retries: { attempts: 0 }\n`;

function filesOf(given: Given): Map<string, string> {
  const files = [FILE, ...(given.others ?? []).map((_, index) => `deploy/other-${index}.yaml`)];
  return new Map([
    [
      'scaffold.yaml',
      `service: { name: orders }\ncapabilities: { mesh: { namespace: web }, retry: { attempts: ${given.tries ?? 1} } }\nupstreams: [{ name: inventory, url: "http://${HOST}:8080", timeout: 10s }]\n`,
    ],
    ...[httpRoute(given), ...(given.others ?? [])].map(
      (text, index) => [files[index] ?? '', text] as const,
    ),
  ]);
}

function flowOf(given: Given): Flow {
  const { controls, problems } = readProject({ files: filesOf(given), catalog });
  expect(problems).toEqual([]);
  return compose(controls).flows.find(({ name }) => name === 'inventory')!;
}

const findingsOf = (given: Given) =>
  checkProjects([{ files: filesOf(given), catalog }])[0]!.findings;
const timeoutOf = (given: Given): number | undefined =>
  flowOf(given).routes[0]?.values.timeout.value;

describe('timeouts and retries', () => {
  test('request is the timeout of the route, with its line', () => {
    const flow = flowOf({ rules: rule('timeouts: { request: 2s }') });
    expect(walkCall(flow, GET, 'timeout').duration).toBe(2_000);
    expect(explainFlow(flow, []).layers).toContainEqual(
      expect.objectContaining({
        what: 'shop.inventory.0: timeout',
        value: '2s',
        source: `${FILE}:8`,
      }),
    );
  });

  test('backendRequest overwrites request without retry, and limits each try beside it', () => {
    const both = 'timeouts: { request: 2s, backendRequest: 500ms }';
    expect(timeoutOf({ rules: rule(both) })).toBe(500);
    const { timeout, perTryTimeout } = flowOf({ rules: rule(both, 'retry: { attempts: 1 }') })
      .routes[0]!.values;
    expect([timeout.value, perTryTimeout.value]).toEqual([2_000, 500]);
  });

  test('0s is no limit', () => {
    expect(timeoutOf({ rules: rule('timeouts: { request: 2s, backendRequest: 0s }') })).toBe(2_000);
  });

  test('retry repeats connections that failed and its codes, twice when it says no number', () => {
    const flow = flowOf({ rules: rule('retry: { codes: [503], backoff: 100ms }') });
    expect(walkCall(flow, GET, '503').requests).toBe(3);
    expect(walkCall(flow, GET, 'connect-failure').requests).toBe(3);
    expect(walkCall(flow, GET, '500').requests).toBe(1);
    expect(walkCall(flow, GET, '503').duration).toBe(400);
    expect(policyOf(flow, 3)).toMatchObject({ meshAttempts: 2, meshBackoff: 100 });
  });

  test("without retry it has Istio's default", () => {
    const flow = flowOf({ rules: rule('timeouts: { request: 2s }') });
    expect(walkCall(flow, GET, 'connect-failure').requests).toBe(3);
    expect(walkCall(flow, GET, '503').requests).toBe(1);
  });
});

test('more specific matches come first, whatever their place', () => {
  const rules = [
    rule('timeouts: { request: 4s }'),
    rule('matches: [{ method: POST }, { method: PATCH }]', 'timeouts: { request: 1s }'),
  ].join('');
  const flow = flowOf({ rules });
  expect(flow.routes.map(({ values }) => values.name)).toEqual([
    'shop.inventory.1',
    'shop.inventory.0',
  ]);
  expect(walkCall(flow, POST, 'timeout').duration).toBe(1_000);
  expect(walkCall(flow, GET, 'timeout').duration).toBe(4_000);
});

test('matches of one rule are one route, also where routes for other hosts are beside it', () => {
  const rules = [
    rule('matches: [{ method: GET }, { headers: [{ name: key, value: a }] }]'),
    rule(),
  ].join('');
  const other = httpRoute({ rules }, 'stock').replace(
    'kind: Service, name: inventory',
    'kind: Service, name: stock',
  );
  const flow = flowOf({ rules, others: [other] });
  expect(flow.routes.map(({ values }) => values.name)).toEqual([
    'shop.inventory.0',
    'shop.inventory.1',
  ]);
});

describe('which route acts', () => {
  const producer = rule('timeouts: { request: 2s }');

  test("a producer's acts on callers elsewhere, one of a third namespace does not", () => {
    expect(timeoutOf({ rules: producer })).toBe(2_000);
    const third = { rules: producer, namespace: 'other', parent: ', namespace: shop' };
    expect(flowOf(third).routes).toEqual([]);
  });

  test("a consumer's own comes before the producer's", () => {
    const consumer = { rules: rule('timeouts: { request: 1s }'), namespace: 'web' };
    const others = [httpRoute({ ...consumer, parent: ', namespace: shop' }, 'own')];
    expect(timeoutOf({ rules: producer, others })).toBe(1_000);
  });

  test("a private VirtualService comes before it, the provider's public one does not", () => {
    const own = { rules: producer, namespace: 'web', parent: ', namespace: shop' };
    expect(timeoutOf({ ...own, others: [virtualService('.', 'web')] })).toBe(7_000);
    expect(timeoutOf({ ...own, others: [virtualService('*')] })).toBe(2_000);
  });

  test('the routes of a namespace are joined', () => {
    const others = [httpRoute({ rules: rule('matches: [{ method: POST }]') }, 'second')];
    const given = { rules: producer, others };
    expect(flowOf(given).routes.map(({ target }) => target)).toEqual([
      'HTTPRoute/second',
      'HTTPRoute/inventory',
    ]);
    expect(findingsOf(given).map(({ code }) => code)).not.toContain('EXPORT_SCOPE');
  });

  test('one for another port does not act', () => {
    expect(flowOf({ rules: producer, parent: ', port: 9090' }).routes).toEqual([]);
    expect(flowOf({ rules: producer, parent: ', port: 8080' }).routes).toHaveLength(1);
  });

  test('a parent that is a Gateway is none of the mesh', () => {
    const text = httpRoute({ rules: producer }).replace(
      'group: "", kind: Service',
      'kind: Gateway',
    );
    const { controls } = readProject({ files: new Map([['route.yaml', text]]), catalog });
    const routes = controls.map(({ kind }) => kind).filter((kind) => /route/i.test(kind));
    expect(routes).toEqual(['gatewayRoute']);
  });
});

test('check counts its retries, names its fields, and edits nothing of it', () => {
  const rules = rule(
    'timeouts: { request: 2s, backendRequest: 500ms }',
    'retry: { attempts: 2, codes: [503] }',
  );
  const findings = findingsOf({ rules, tries: 3 });
  const find = (code: string) => findings.find((finding) => finding.code === code);
  expect(find('RETRY_AMPLIFIED')?.message).toContain('9 times');
  expect(find('RETRY_AMPLIFIED')?.fix).toContain('in place of HTTPRoute/inventory');
  expect(find('PERTRY_NOT_RETRIED')?.message).toContain('timeouts.backendRequest 500 ms');
  expect(find('UNSAFE_METHOD_RETRIED')?.message).toContain('503');
  expect(findings.flatMap(({ edits }) => edits).filter(({ file }) => file === FILE)).toEqual([]);
});

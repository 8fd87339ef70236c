import { expect, test } from 'vitest';

import { httpRequest } from '../support/http-request.js';
import { checkProjects } from '../../src/project/check-project.js';
import { explainFlow } from '../../src/explain/explain-flow.js';
import { settingsOf, withSetting } from '../../src/explain/settings.js';
import { walkCall } from '../../src/explain/walk-call.js';
import { readProject } from '../../src/project/read-project.js';
import { policyOf } from '../../src/simulate/scenario.js';
import { compose } from '../../src/project/compose.js';
import { type Flow } from '../../src/flow/flow.js';
import { ruleCatalog } from '../support/rule-catalog.js';

const catalog = ruleCatalog();
const HOST = 'inventory.shop.svc.cluster.local';
const GET = httpRequest('GET');
const MESH = 'deploy/mesh-config.yaml';

const POLICY = 'defaultHttpRetryPolicy:\n  attempts: 3\n  retryOn: 5xx\n';
const indent = (text: string, by: number): string => text.replace(/^(?=.)/gm, ' '.repeat(by));
const configMap = (mesh: string): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: istio, namespace: istio-system }\ndata:\n  mesh: |\n${indent(mesh, 4)}`;
const operator = (mesh: string): string =>
  `apiVersion: install.istio.io/v1alpha1\nkind: IstioOperator\nmetadata: { name: istio }\nspec:\n  meshConfig:\n${indent(mesh, 4)}`;
const route = (retries = ''): string =>
  `apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: { name: inventory, namespace: shop }\nspec:\n  hosts: [${HOST}]\n  http:\n    - route: [{ destination: { host: ${HOST} } }]\n      timeout: 5s\n${retries}`;

type Given = {
  readonly mesh: string;
  readonly route?: string;
  readonly scheme?: 'http' | 'https';
  readonly tries?: number;
};

function filesOf({ mesh, route: text, scheme = 'http', tries = 1 }: Given): Map<string, string> {
  const files = new Map([
    [
      'scaffold.yaml',
      `service: { name: orders }\ncapabilities: { mesh: {}, retry: { attempts: ${tries} } }\nupstreams: [{ name: inventory, url: "${scheme}://${HOST}:8080", timeout: 10s }]\n`,
    ],
    [MESH, mesh],
  ]);
  return text === undefined ? files : files.set('deploy/mesh.yaml', text);
}

function flowOf(given: Given): Flow {
  const { controls, problems } = readProject({ files: filesOf(given), catalog });
  expect(problems).toEqual([]);
  return compose(controls).flows.find(({ name }) => name === 'inventory')!;
}

const findingsOf = (given: Given) =>
  checkProjects([{ files: filesOf(given), catalog }])[0]!.findings;
const sourceOf = (flow: Flow, what: string): string | undefined =>
  explainFlow(flow, []).layers.find((row) => row.what.endsWith(what))?.source;

// Istio: route.go takes the policy of MeshConfig where a route has none, and for hosts without any route.
test.each([
  ['a route without retries, ConfigMap', { mesh: configMap(POLICY), route: route() }, 7],
  ['no route, ConfigMap', { mesh: configMap(POLICY) }, 7],
  ['no route, IstioOperator', { mesh: operator(POLICY) }, 7],
])('the default of MeshConfig holds for %s, with its line', (_, given: Given, line) => {
  const flow = flowOf(given);
  expect(walkCall(flow, GET, '500').requests).toBe(4);
  expect(policyOf(flow, 3)).toMatchObject({ meshAttempts: 3 });
  expect(policyOf(flow, 3).isRetriedByMesh('500')).toBe(true);
  expect(sourceOf(flow, 'tries')).toBe(`${MESH}:${line}`);
  expect(sourceOf(flow, 'retryOn')).toBe(`${MESH}:${line + 1}`);
});

test('a block of the route replaces it whole, fields that it leaves out included', () => {
  const flow = flowOf({
    mesh: configMap(POLICY),
    route: route('      retries: { attempts: 1 }\n'),
  });
  expect(walkCall(flow, GET, '500').requests).toBe(1);
  expect(walkCall(flow, GET, 'connect-failure').requests).toBe(2);
});

test.each([
  ['attempts: 0', 'defaultHttpRetryPolicy: { attempts: 0 }\n'],
  ['no attempts', 'defaultHttpRetryPolicy: { retryOn: 5xx }\n'],
])('a default with %s is no retries', (_, mesh) => {
  const flow = flowOf({ mesh: configMap(mesh) });
  expect(walkCall(flow, GET, 'connect-failure').requests).toBe(1);
  expect(policyOf(flow, 3).meshAttempts).toBe(0);
});

test('what is no YAML in it is a problem, at its line', () => {
  const files = filesOf({ mesh: configMap('defaultHttpRetryPolicy:\n  attempts: ]\n') });
  expect(readProject({ files, catalog }).problems).toMatchObject([{ file: MESH, line: 7 }]);
});

test('a ConfigMap of another name is none of Istio', () => {
  const mesh = configMap(POLICY).replace('name: istio,', 'name: models,');
  expect(walkCall(flowOf({ mesh }), GET, '500').requests).toBe(1);
});

test('fields that it leaves out are those of Istio', () => {
  const flow = flowOf({ mesh: configMap('defaultHttpRetryPolicy:\n  attempts: 4\n') });
  expect(walkCall(flow, GET, 'connect-failure').requests).toBe(5);
  expect(walkCall(flow, GET, '500').requests).toBe(1);
  expect(sourceOf(flow, 'retryOn')).toBe("Istio's default");
});

test('without any policy the table of explain shows what is counted with', () => {
  const flow = flowOf({ mesh: configMap('accessLogFile: /dev/stdout\n') });
  expect(walkCall(flow, GET, 'connect-failure').requests).toBe(3);
  expect(sourceOf(flow, 'tries')).toBe("Istio's default");
});

test('its perTryTimeout ends a try that hangs', () => {
  const mesh = configMap(`${POLICY}  perTryTimeout: 400ms\n`);
  expect(walkCall(flowOf({ mesh }), GET, 'timeout')).toMatchObject({ requests: 4 });
});

test('explain offers its numbers to be turned', () => {
  const flow = flowOf({ mesh: configMap(POLICY) });
  const attempts = settingsOf(flow).find(({ path }) => path.at(-1) === 'attempts');
  expect(attempts).toMatchObject({ value: 3, source: `${MESH}:7` });
  expect(walkCall(withSetting(flow, attempts!.path, 1), GET, '500').requests).toBe(2);
});

test('it does not act on bytes', () => {
  const flow = flowOf({ mesh: configMap(POLICY), scheme: 'https' });
  expect(walkCall(flow, GET, '500').requests).toBe(1);
  expect(sourceOf(flow, 'tries')).toBeUndefined();
  const found = findingsOf({ mesh: configMap(POLICY), scheme: 'https', tries: 3 });
  expect(found.filter(({ locations }) => locations.some(({ file }) => file === MESH))).toEqual([]);
});

test('no fix writes a field alone, since a block without attempts has none', () => {
  const mesh = configMap(
    'defaultHttpRetryPolicy: { attempts: 3, retryOn: 5xx, perTryTimeout: 9s }\n',
  );
  const found = findingsOf({ mesh, route: route(), tries: 3 });
  expect(found.map(({ code }) => code)).toContain('PERTRY_GE_TIMEOUT');
  const inRetries = found.flatMap(({ edits }) => edits.filter(({ at }) => at.includes('retries')));
  expect(inRetries.length).toBeGreaterThan(0);
  for (const { value } of inRetries) expect(value).toEqual({ attempts: 0 });
});

test('check names both places, and changes the route, not the mesh', () => {
  const given = { mesh: configMap(POLICY), route: route(), tries: 3 };
  const amplified = findingsOf(given).find(({ code }) => code === 'RETRY_AMPLIFIED');
  expect(amplified?.message).toContain(
    `12 times (connect-failure): 3 tries by the application (scaffold.yaml:2) × 4 by the mesh (attempts: 3 of defaultHttpRetryPolicy, ${MESH}:7)`,
  );
  expect(amplified?.locations.map(({ file, line }) => `${file}:${line}`)).toContain(`${MESH}:7`);
  expect(amplified?.edits).toMatchObject([
    { file: 'deploy/mesh.yaml', at: ['spec', 'http', 0, 'retries'], value: { attempts: 0 } },
  ]);
});

test('check finds POST that the mesh repeats by default, and has no mechanical fix without a route', () => {
  const findings = findingsOf({ mesh: operator(POLICY), tries: 3 });
  const found = findings.filter(({ code }) => /RETRY_AMPLIFIED|UNSAFE_METHOD/.test(code));
  expect(found.map(({ code }) => code).sort()).toEqual([
    'RETRY_AMPLIFIED',
    'UNSAFE_METHOD_RETRIED',
  ]);
  expect(found.flatMap(({ edits }) => edits)).toEqual([]);
  expect(found.every(({ message }) => message.includes(`${MESH}:`))).toBe(true);
});

import { fileURLToPath } from 'node:url';

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { httpRequest } from '../support/http-request.js';
import { readCatalog } from '../../src/io/catalog.js';
import { accessOf } from '../../src/explain/access.js';
import { explainFlow } from '../../src/explain/explain-flow.js';
import { queriesOf } from '../../src/meshes/istio/queries.js';
import { settingsOf, withSetting } from '../../src/explain/settings.js';
import { walkCall } from '../../src/explain/walk-call.js';
import { changeSetting } from '../../src/stages/what-if.js';
import { readProject } from '../../src/project/read-project.js';
import { drawTimeline } from '../../src/report/explain/timeline-text.js';
import { compose } from '../../src/project/compose.js';
import { type Flow } from '../../src/flow/flow.js';
import { type Composition } from '../../src/flow/composition.js';
import { failuresOf } from '../../src/transports/transport.js';
import { usualTransport } from '../../src/transports/transports.js';
import { worstAmplification } from '../../src/rules/composition/retry-amplified.js';
import { composeTree } from '../../src/stages/compose-service.js';
import { ruleCatalog } from '../support/rule-catalog.js';

const catalog = ruleCatalog();
const HOST = 'inventory.shop.svc.cluster.local';
const GET = httpRequest('GET');
const POST = httpRequest('POST');

type Route = {
  readonly timeout?: string;
  readonly attempts?: number;
  readonly perTry?: string;
  readonly retryOn?: string;
};

function read(
  route: Route,
  retry: string,
  timeout = '10s',
): { composition: Composition; flow: Flow } {
  const retries = [
    route.attempts === undefined ? '' : `attempts: ${route.attempts}`,
    route.perTry === undefined ? '' : `perTryTimeout: ${route.perTry}`,
    route.retryOn === undefined ? '' : `retryOn: "${route.retryOn}"`,
  ].filter((part) => part !== '');
  const files = new Map([
    [
      'scaffold.yaml',
      `service: { name: orders }\ncapabilities: { mesh: {}, retry: ${retry} }\nupstreams: [{ name: inventory, url: "http://${HOST}:8080", timeout: ${timeout} }]\n`,
    ],
    [
      'deploy/mesh.yaml',
      `apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: { name: inventory, namespace: shop }\nspec:\n  hosts: [${HOST}]\n  http:\n    - route: [{ destination: { host: ${HOST} } }]\n${route.timeout === undefined ? '' : `      timeout: ${route.timeout}\n`}${retries.length === 0 ? '' : `      retries: { ${retries.join(', ')} }\n`}`,
    ],
  ]);
  const { controls, problems } = readProject({ files, catalog });
  expect(problems).toEqual([]);
  const composition = compose(controls);
  return { composition, flow: composition.flows.find(({ name }) => name === 'inventory')! };
}

/** Of the call that `read` declares, ms. */
const DEADLINE = 10_000;

const ONCE = '{ attempts: 1 }';

describe('one call, against what was measured', () => {
  // mesh.md, section 1.1: xDS of Istio's own discovery code in Envoy 1.40.
  test.each([
    [
      'timeout 1s, perTry 400ms, attempts 5, reset',
      { timeout: '1s', attempts: 5, perTry: '400ms', retryOn: 'reset' },
      3,
      1_000,
    ],
    [
      'perTry 500ms under timeout 3s, attempts 2, 5xx',
      { timeout: '3s', attempts: 2, perTry: '500ms', retryOn: '5xx' },
      3,
      1_600,
    ],
    [
      'the same with the default list: not repeated',
      { timeout: '3s', attempts: 2, perTry: '500ms' },
      1,
      500,
    ],
    [
      'perTry 1s above timeout 500ms is ignored',
      { timeout: '500ms', attempts: 2, perTry: '1s', retryOn: 'reset' },
      1,
      500,
    ],
    [
      'no timeout, perTry 400ms, attempts 2',
      { attempts: 2, perTry: '400ms', retryOn: 'reset' },
      3,
      1_300,
    ],
  ])('hangs: %s', (_, route: Route, tries, milliseconds) => {
    const walk = walkCall(read(route, ONCE).flow, GET, 'timeout');
    expect(walk.requests).toBe(tries);
    expect(walk.duration).toBe(milliseconds);
  });

  test('attempts counts retries: 2 give 3 requests, whatever the method', () => {
    const { flow } = read({ attempts: 2, retryOn: '5xx' }, ONCE);
    expect(walkCall(flow, GET, '500').requests).toBe(3);
    expect(walkCall(flow, POST, '500').requests).toBe(3);
  });

  test('the default policy repeats failed connections and no 503', () => {
    const { flow } = read({}, ONCE);
    expect(walkCall(flow, GET, 'connect-failure').requests).toBe(3);
    expect(walkCall(flow, GET, '503').requests).toBe(1);
  });

  test('both layers multiply, and only for what the application may repeat', () => {
    const { flow } = read({ timeout: '2s', attempts: 2, retryOn: '503' }, '{ attempts: 3 }');
    expect(walkCall(flow, GET, '503')).toMatchObject({
      requests: 9,
      repeatedBy: 'both',
      callerSees: 503,
    });
    expect(walkCall(flow, POST, '503')).toMatchObject({ requests: 3, repeatedBy: 'mesh' });
    expect(walkCall(flow, GET, 'overloaded')).toMatchObject({ requests: 0, repeatedBy: 'nobody' });
  });

  // mesh.md, 1.1 and 1.4.
  test.each([
    ['attempts 0 repeats nothing', { attempts: 0 }, 'connect-failure', 1],
    ['the default list repeats no reset', {}, 'reset', 1],
    ['5xx repeats a reset', { attempts: 2, retryOn: '5xx' }, 'reset', 3],
    ['gateway-error repeats a 503', { attempts: 2, retryOn: 'gateway-error' }, '503', 3],
    ['gateway-error repeats no 500', { attempts: 2, retryOn: 'gateway-error' }, '500', 1],
    ['a code repeats that status', { attempts: 2, retryOn: '503,reset' }, '503', 3],
    ['an overflow is never repeated', { attempts: 5, retryOn: '5xx' }, 'overloaded', 0],
    ['without a healthy replica nothing is sent', { attempts: 5, retryOn: '5xx' }, 'ejected', 0],
  ] as const)('%s', (_, route, failure, requests) => {
    expect(walkCall(read(route, ONCE).flow, GET, failure).requests).toBe(requests);
  });

  test.each([
    ['connect-failure', 503],
    ['reset', 503],
    ['overloaded', 503],
    ['ejected', 503],
    ['timeout', 504],
    ['503', 503],
    ['504', 504],
    ['500', 502],
  ] as const)('what the caller sees of %s is %i', (failure, status) => {
    expect(walkCall(read({ timeout: '1s' }, ONCE).flow, GET, failure).callerSees).toBe(status);
  });

  test("a connect that nobody answers takes Istio's 10 s, or what the route allows", () => {
    const unlimited = walkCall(read({ attempts: 0 }, ONCE, '60s').flow, GET, 'connect-timeout');
    expect(unlimited).toMatchObject({ requests: 1, duration: 10_000 });
    const cut = walkCall(read({ timeout: '2s' }, ONCE).flow, GET, 'connect-timeout');
    expect(cut).toMatchObject({ requests: 1, duration: 2_000 });
    expect(cut.segments[0]?.endedBy).toBe('mesh');
  });

  test('without a policy of the mesh a call that hangs is one request, until its deadline', () => {
    const { flow } = read({}, ONCE, '2s');
    const bare = { ...flow, routes: [], policies: [], policy: undefined, retries: undefined };
    expect(walkCall(bare, GET, 'timeout')).toMatchObject({
      requests: 1,
      duration: 2_000,
      callerSees: 504,
      repeatedBy: 'nobody',
      segments: [{ from: 0, to: 2_000, endedBy: 'application' }],
    });
  });

  test('tries of the mesh are those that were begun, not those that were allowed', () => {
    const { flow } = read(
      { timeout: '2s', attempts: 3, perTry: '500ms', retryOn: '5xx' },
      '{ attempts: 3, perAttemptTimeout: 950ms }',
      '3s',
    );
    const { appTries, meshTries, requests } = walkCall(flow, GET, 'timeout');
    expect([appTries, meshTries, requests]).toEqual([3, 2, 6]);
  });

  test('pauses are shorter than their bound most of the time', () => {
    const { flow } = read({ attempts: 2, retryOn: '503' }, '{ attempts: 2, on: [503] }');
    const { duration, typicalDuration } = walkCall(flow, GET, '503');
    expect(typicalDuration).toBeGreaterThan(0);
    expect(typicalDuration).toBeLessThan(duration);
  });

  test('TLS of the application leaves the sidecar nothing to repeat, and no status', () => {
    const { flow } = read({ timeout: '1s', attempts: 2, retryOn: '5xx' }, '{ attempts: 2 }');
    const call = { ...flow.call!, values: { ...flow.call!.values, scheme: 'https' as const } };
    const opaque = { ...flow, call };
    expect(walkCall(opaque, POST, 'connect-failure')).toMatchObject({
      requests: 1,
      callerSees: 502,
    });
    expect(walkCall(opaque, POST, 'timeout')).toMatchObject({
      duration: DEADLINE,
      callerSees: 504,
    });
    expect(
      queriesOf(opaque)
        .map(({ query }) => query)
        .join(),
    ).not.toContain('istio_requests_total');
    const titles = explainFlow(opaque, []).outcomes.map(({ title }) => title);
    expect(titles.filter((title) => title.startsWith('sidecar'))).toEqual([]);
  });

  test('the call ends at its deadline', () => {
    const { flow } = read(
      { timeout: '1s', attempts: 0 },
      '{ attempts: 5, perAttemptTimeout: 1s, backoff: { initial: 100ms } }',
      '2500ms',
    );
    const walk = walkCall(flow, GET, 'timeout');
    expect(walk.duration).toBeLessThanOrEqual(2_500);
    expect(walk.appTries).toBe(3);
    expect(drawTimeline(walk, { deadline: 2_500, columns: 100 }).join('\n')).toContain(
      '╳▏deadline',
    );
  });
});

type Shape = {
  readonly timeout: number;
  readonly perTry: number;
  readonly attempts: number;
  readonly tries: number;
  readonly retryOn: readonly string[];
};

describe('properties', () => {
  const words = fc.subarray(
    ['5xx', 'gateway-error', 'reset', 'connect-failure', '503', 'refused-stream'],
    { minLength: 1 },
  );
  const shape = fc.record({
    timeout: fc.integer({ min: 200, max: 3_000 }),
    perTry: fc.integer({ min: 50, max: 3_000 }),
    attempts: fc.integer({ min: 1, max: 6 }),
    tries: fc.integer({ min: 1, max: 5 }),
    retryOn: words,
  });
  const base = read(
    { timeout: '1s', perTry: '1s', attempts: 1, retryOn: 'reset' },
    '{ attempts: 2 }',
  ).flow;
  const [route] = base.routes;
  /** The base flow with other numbers: reading text each time would take most of the test. */
  const flowOf = (given: Shape): Flow => {
    const { retryOn, timeout, perTryTimeout, attempts } = route!.values;
    const values = {
      ...route!.values,
      timeout: { ...timeout, value: given.timeout },
      perTryTimeout: { ...perTryTimeout, value: given.perTry },
      attempts: { ...attempts, value: given.attempts },
      retryOn: { ...retryOn, value: given.retryOn },
    };
    const tries = { ...base.retries!.values.tries, value: given.tries };
    return {
      ...base,
      routes: [{ ...route!, values }],
      retries: { ...base.retries!, values: { ...base.retries!.values, tries } },
    };
  };
  const worst = (flow: Flow) =>
    Math.max(
      ...flow.routes
        .map((route) => worstAmplification(flow, route))
        .map(({ app, mesh }) => app * mesh),
    );

  test('raising any attempts never lowers the amplification, nor the requests of a call that has the time', () => {
    fc.assert(
      fc.property(shape, fc.constantFrom('attempts', 'tries'), (given, key) => {
        const [before, after] = [flowOf(given), flowOf({ ...given, [key]: given[key] + 1 })];
        expect(worst(after)).toBeGreaterThanOrEqual(worst(before));
        for (const failure of failuresOf(usualTransport)) {
          const [less, more] = [before, after].map((flow) => walkCall(flow, GET, failure));
          // A call that its deadline ends may spend on pauses what it spent on tries.
          if (less === undefined || more === undefined || more.duration >= DEADLINE) continue;
          expect(more.requests).toBeGreaterThanOrEqual(less.requests);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('no call outlives its deadline', () => {
    fc.assert(
      fc.property(shape, (given) => {
        for (const failure of failuresOf(usualTransport)) {
          expect(walkCall(flowOf(given), GET, failure).duration).toBeLessThanOrEqual(DEADLINE);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('explain', () => {
  test('names where each value is set, and says what nobody verified', () => {
    const { composition, flow } = read({ timeout: '900ms', attempts: 0 }, '{ attempts: 2 }');
    const { layers, load, worstCase } = explainFlow(flow, accessOf(composition), { rate: 50 });
    expect(layers.find(({ what }) => what === 'http[0]: timeout')).toMatchObject({
      source: 'deploy/mesh.yaml:8',
      isVerified: true,
    });
    expect(layers.find(({ what }) => what === 'tries, the first included')).toMatchObject({
      isVerified: false,
    });
    expect(worstCase.tries).toBe(2);
    expect(load).toMatchObject({ rate: 50, worstRate: 100 });
  });

  test('every number that acts on the call can be turned, and nothing else moves', () => {
    const { flow } = read({ timeout: '900ms', attempts: 1, perTry: '300ms' }, '{ attempts: 2 }');
    const settings = settingsOf(flow);
    expect(settings.length).toBeGreaterThan(5);
    for (const setting of settings) {
      const { path, value, min, max, source } = setting;
      expect(value).toBeGreaterThanOrEqual(min);
      expect(value).toBeLessThanOrEqual(max);
      expect(source).toMatch(/:\d+$|default/);
      const changed = settingsOf(withSetting(flow, path, value + 1));
      expect(
        changed.filter((other, index) => other.value !== settings[index]?.value),
      ).toMatchObject([{ path, value: value + 1 }]);
    }
  });

  test('--what-if changes a setting in memory, upstreams by name', () => {
    const text =
      'service: { name: orders }\ncapabilities: { retry: {} }\nupstreams:\n  - name: inventory\n';
    expect(changeSetting(text, 'upstreams.inventory.retry.attempts=5')).toContain('attempts: 5');
    expect(changeSetting(text, 'retry.attempts=5')).toContain('retry: { attempts: 5 }');
    expect(() => changeSetting(text, 'upstreams.stock.timeout=1s')).toThrow(
      'there is no upstream "stock"',
    );
    expect(() => changeSetting(text, 'nonsense')).toThrow('is not KEY=VALUE');
  });
});

describe('access and queries of what is generated', () => {
  const generated = readCatalog(fileURLToPath(new URL('../..', import.meta.url)));
  const compositionOf = (capabilities: string): Composition => {
    const text = `service: { name: orders, module: example.com/orders, language: go }\ncapabilities: { ${capabilities} }\nupstreams: [{ name: inventory, url: "http://${HOST}:8080" }]\n`;
    const tree = composeTree(text, generated).tree;
    const files = new Map([...tree].map(([path, { text: content }]) => [path, content]));
    return compose(readProject({ files, catalog: generated }).controls);
  };
  const JWT = 'jwt: { issuer: "https://id.example.com", jwksUri: "https://id.example.com/keys" }';

  test('a missing token is 403 from the mesh, and 401 without one', () => {
    const answer = (capabilities: string) =>
      accessOf(compositionOf(capabilities)).find(({ token }) => token === 'missing');
    expect(answer(`${JWT}, mesh-ready: {}`)).toMatchObject({
      answer: '403, not 401',
      by: 'sidecar',
    });
    expect(answer(JWT)).toMatchObject({ answer: '401', by: 'application' });
    expect(answer('retry: {}')).toBeUndefined();
  });

  test('every control has a query that shows it at work', () => {
    const { flows, meshes } = compositionOf('retry: {}, circuit-breaker: {}, mesh-ready: {}');
    const [flow] = flows;
    const queries = new Map(meshes.queries(flow!).map(({ control, query }) => [control, query]));
    const expected = {
      'timeout of the mesh': 'response_flags=~".*UT.*"',
      'connect failures': '(UF|URX)',
      'retries of the mesh': 'envoy_cluster_upstream_rq_retry{',
      'retry budget': 'envoy_cluster_upstream_rq_retry_overflow{',
      'connection pool': 'response_flags=~".*UO.*"',
      ejection: 'envoy_cluster_outlier_detection_ejections_active{',
      'ejection of all': 'response_flags=~".*UH.*"',
      'retries of the application': 'upstream_retries_total{upstream="inventory"}',
      breaker: 'upstream_circuit_breaker_state{upstream="inventory"}',
    };
    for (const [control, part] of Object.entries(expected)) {
      expect(queries.get(control), control).toContain(part);
    }
    for (const query of queries.values()) {
      const brackets = (pattern: RegExp) => query.match(pattern)?.length ?? 0;
      expect(brackets(/[({[]/g)).toBe(brackets(/[)}\]]/g));
    }
  });
});

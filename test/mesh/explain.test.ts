import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { accessOf } from '../../src/mesh/explain/access.js';
import { explainFlow } from '../../src/mesh/explain/explain-flow.js';
import { walkCall } from '../../src/mesh/explain/walk-call.js';
import { changeSetting } from '../../src/mesh/explain/what-if.js';
import { readProject } from '../../src/mesh/read-project.js';
import { drawTimeline } from '../../src/report/explain/timeline-text.js';
import { compose, type Composition, type Flow } from '../../src/rules/composition.js';
import { failureClasses } from '../../src/rules/failure-class.js';
import { worstAmplification } from '../../src/rules/retry-amplified.js';
import { ruleCatalog } from '../support/rule-catalog.js';

const catalog = ruleCatalog();
const HOST = 'inventory.shop.svc.cluster.local';
const GET = { method: 'GET', hasKey: false };
const POST = { method: 'POST', hasKey: false };

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

  test('the call ends at its deadline', () => {
    const { flow } = read(
      { timeout: '1s', attempts: 0 },
      '{ attempts: 5, perAttemptTimeout: 1s, backoff: { initial: 100ms } }',
      '2500ms',
    );
    const walk = walkCall(flow, GET, 'timeout');
    expect(walk.duration).toBeLessThanOrEqual(2_500);
    expect(walk.appTries).toBe(3);
    expect(drawTimeline(walk, 2_500).join('\n')).toContain('╳▏deadline');
  });
});

/** Of the call that `read` declares, ms. */
const DEADLINE = 10_000;

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
        for (const failure of failureClasses) {
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
        for (const failure of failureClasses) {
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
    const { layers, load, worstCase } = explainFlow(flow, accessOf(composition), 50);
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

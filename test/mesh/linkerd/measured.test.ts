import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';

import { casesOf } from '../../../src/explain/cases.js';
import { seenOf, walkCall } from '../../../src/explain/walk-call.js';
import type { Flow } from '../../../src/flow/flow.js';
import { compose } from '../../../src/project/compose.js';
import { readProject } from '../../../src/project/read-project.js';
import { createEventQueue } from '../../../src/simulate/event-queue.js';
import { seededRandom } from '../../../src/simulate/random.js';
import { policyOf } from '../../../src/simulate/scenario.js';
import { createSidecar } from '../../../src/simulate/sidecar-model.js';
import type { CallFailure } from '../../../src/transports/transport.js';
import { httpRequest } from '../../support/http-request.js';
import { HOST, measuredRows, objectsOf, type MeasuredRow } from '../../support/linkerd/measured.js';
import { ruleCatalog } from '../../support/rule-catalog.js';

const catalog = ruleCatalog();

const rows = measuredRows();
const played = rows.filter(({ because }) => because === undefined);

function flowOf(row: Pick<MeasuredRow, 'service' | 'profile'>): Flow {
  const files = new Map([
    [
      'scaffold.yaml',
      `service: { name: orders }\ncapabilities: { mesh: { namespace: shop } }\nupstreams: [{ name: inventory, url: "http://${HOST}:8080", timeout: 60s, replicas: 3 }]\n`,
    ],
    [
      'deploy/mesh.yaml',
      objectsOf(row)
        .map((object) => stringify(object))
        .join('---\n'),
    ],
  ]);
  const { controls, problems } = readProject({ files, catalog });
  expect(problems).toEqual([]);
  const flow = compose(controls).flows.find(({ name }) => name === 'inventory')!;
  // How long the application would wait is not what was measured.
  const call = {
    ...flow.call!,
    values: { ...flow.call!.values, timeout: { ...flow.call!.values.timeout, value: 0 } },
  };
  return { ...flow, call };
}

test('every row says what explain computes, or why it cannot', () => {
  for (const { because, plays, never, situation } of rows)
    expect(because ?? plays ?? never, situation).toBeDefined();
  expect(played.length).toBeGreaterThan(20);
});

describe.each(played)('$situation', (row) => {
  const flow = flowOf(row);

  test('Linkerd acts on the call', () => {
    expect(flow.mesh.id).toBe('linkerd');
  });

  test('explain says what was measured', () => {
    if (row.never !== undefined)
      expect(casesOf(flow).map(({ failure }) => failure)).not.toContain(row.never);
    if (row.plays === undefined) return;
    const failure = row.plays.failure as CallFailure;
    const walk = walkCall(flow, httpRequest(row.plays.method), failure);
    const [segment] = walk.segments;
    if (row.tries !== undefined) expect(walk.requests).toBe(row.tries);
    if (row.after !== undefined)
      expect(walk.duration).toBe(row.after === 'never' ? Infinity : row.after);
    if (row.sees !== undefined) {
      const seen = seenOf(flow, failure);
      expect(seen === 'timeout' ? '504' : seen).toBe(row.sees);
    }
    if (row.second !== undefined) {
      const [least, most] = row.second;
      expect(segment?.meshTries[1]?.from).toBeGreaterThanOrEqual(least);
      expect(segment?.meshTries[1]?.from).toBeLessThanOrEqual(most);
    }
    for (const [index, [, most]] of (row.pauses ?? []).entries()) {
      const pause = segment!.meshTries[index + 1]!.from - segment!.meshTries[index]!.to;
      expect(pause).toBe(most);
    }
  });

  test('simulate plays the same tries', () => {
    if (row.plays?.method !== 'GET' || row.after === 'never' || row.tries === undefined) return;
    if (row.tries === 0) return;
    const { failure } = row.plays;
    const queue = createEventQueue();
    const began: number[] = [];
    const sidecar = createSidecar(policyOf(flow, 1), {
      queue,
      random: seededRandom(1),
      upstream: {
        send: (_, answer) => {
          began.push(queue.now());
          if (failure !== 'timeout') queue.after(0, () => answer(failure as '503'));
          return { cancel: () => undefined };
        },
      },
    });
    sidecar.send(() => undefined);
    queue.run(120_000);
    expect(began).toHaveLength(row.tries);
    for (const [index, [least, most]] of (row.pauses ?? []).entries()) {
      const pause = began[index + 1]! - began[index]!;
      expect(pause).toBeGreaterThanOrEqual(least);
      expect(pause).toBeLessThanOrEqual(most);
    }
  });
});

/** consecutive, max 3, min-penalty 2 s, as it was measured. */
describe('failure accrual', () => {
  const flow = flowOf({
    service: {
      'balancer.linkerd.io/failure-accrual': 'consecutive',
      'balancer.linkerd.io/failure-accrual-consecutive-max-failures': '3',
      'balancer.linkerd.io/failure-accrual-consecutive-min-penalty': '2s',
    },
  });
  const policy = policyOf(flow, 1);

  /** Answers of a proxy whose upstream has replicas that always fail, by the time of each call, ms. */
  function answersOf(calls: readonly number[], isBad: (replica: number) => boolean) {
    const queue = createEventQueue();
    const answers: { at: number; after: number; answer: string; replica: number }[] = [];
    let asked = -1;
    const sidecar = createSidecar(policy, {
      queue,
      random: seededRandom(7),
      upstream: {
        send: (replica, answer) => {
          asked = replica;
          queue.after(1, () => answer(isBad(replica) ? '500' : 'ok'));
          return { cancel: () => undefined };
        },
      },
    });
    for (const at of calls)
      queue.after(at, () => {
        asked = -1;
        sidecar.send((answer) =>
          answers.push({ at, after: queue.now() - at, answer, replica: asked }),
        );
      });
    queue.run(120_000);
    return answers;
  }

  const everyTenth = Array.from({ length: 900 }, (_, index) => index * 10);

  test('one bad of three: 3 × 500, then probes at 2 s and 6 s', () => {
    const failed = answersOf(everyTenth, (replica) => replica === 0).filter(
      ({ answer }) => answer === '500',
    );
    expect(failed).toHaveLength(5);
    const out = failed[2]!.at;
    expect(out).toBeLessThan(500);
    expect(failed[3]!.at - out).toBeGreaterThanOrEqual(1_990);
    expect(failed[3]!.at - out).toBeLessThan(2_300);
    expect(failed[4]!.at - failed[3]!.at).toBeGreaterThanOrEqual(3_990);
    expect(failed[4]!.at - failed[3]!.at).toBeLessThan(4_300);
  });

  test('all bad: all are out, and the next call waits for the probe', () => {
    const calls = [
      ...Array.from({ length: 30 }, (_, index) => index * 2),
      100,
      2_500,
      6_300,
      9_600,
    ];
    const answers = answersOf(calls, () => true);
    const of = (at: number) => answers.find((one) => one.at === at);
    const { after: waited = 0 } = of(100) ?? {};
    expect(waited).toBeGreaterThan(1_800);
    expect(waited).toBeLessThan(2_000);
    expect(of(100)?.answer).toBe('500');
    expect(policy.ejection?.most).toBe(3);
  });

  test('one endpoint is tripped like three', () => {
    expect(policyOf({ ...flow, replicas: { ...flow.replicas!, value: 1 } }, 1).ejection?.most).toBe(
      1,
    );
  });

  test('without any endpoint a call waits 3 s, and the next not at all', () => {
    const gone = { ...policy, replicas: 0 };
    const queue = createEventQueue();
    const answers: [number, string][] = [];
    const sidecar = createSidecar(gone, {
      queue,
      random: seededRandom(1),
      upstream: { send: () => ({ cancel: () => undefined }) },
    });
    for (const at of [0, 4_000])
      queue.after(at, () => sidecar.send((answer) => answers.push([queue.now() - at, answer])));
    queue.run(20_000);
    expect(answers).toEqual([
      [3_000, '503'],
      [0, '503'],
    ]);
  });

  test('the tries of one call are enough to trip an endpoint', () => {
    expect(flow.policy?.values.outlier?.consecutive5xxErrors.value).toBe(3);
  });
});

import { describe, expect, test } from 'vitest';

import { measuredRows } from '../../support/linkerd/measured.js';
import { differencesOf, type Outcome } from '../../support/linkerd/outcome.js';

/** How outcomes of a proxy are compared, by the numbers that were measured: test/linkerd needs a proxy for others. */
const rows = measuredRows();

function answered(status: number, after: number, began: readonly number[] = [0]): Outcome {
  return { answers: [{ status, after, proxyError: '' }], began: [...began], retries: 0 };
}

const refusedTwice: Outcome = { ...answered(502, 100, []), retries: 2 };
const served = { status: 200, after: 5, proxyError: '' };

type Case = readonly [situation: RegExp, measured: Outcome, others: readonly Outcome[]];

const cases: readonly Case[] = [
  [
    /^503, 503, 200/,
    answered(200, 130, [2, 47, 122]),
    [
      answered(200, 50, [2, 47]),
      answered(200, 1, [2, 3, 4]),
      answered(200, 2_100, [2, 1_002, 1_099]),
    ],
  ],
  [/^always 503/, answered(503, 120, [2, 47, 122]), [answered(502, 120, [2, 47, 122])]],
  [/^429/, answered(429, 4), [answered(429, 90, [2, 47, 122])]],
  [/^Retry-After/, answered(503, 120, [2, 44, 120]), [answered(503, 4_100, [2, 2_044, 4_100])]],
  [/refused is 502, and retried/, refusedTwice, [answered(502, 1, [])]],
  [
    /refused connection is answered/,
    answered(502, 1, []),
    [answered(502, 3_000, []), refusedTwice],
  ],
  [
    /the upstream hangs once/,
    answered(0, 4_000, [0, 340, 690]),
    [answered(0, 4_000), answered(0, 4_000, [0, 30, 60])],
  ],
  [
    /the last try never ends/,
    answered(0, 4_000, [0, 340, 690]),
    [answered(504, 1_000, [0, 340, 690]), answered(0, 4_000, [0, 340])],
  ],
  [
    /^with timeout.request 1 s/,
    answered(504, 1_017, [0, 340, 690]),
    [answered(504, 700, [0, 340, 690]), answered(504, 1_700, [0, 340, 690])],
  ],
  [/^timeout.request 500 ms/, answered(504, 518), [answered(504, 518, [0, 300])]],
  [/^no endpoints/, answered(504, 3_008, []), [answered(503, 1, [])]],
  [
    /^150 calls/,
    { ...answered(200, 5), answers: Array.from({ length: 150 }, () => served) },
    [{ ...answered(200, 5), answers: [served, { ...served, status: 503 }] }],
  ],
  [
    /^a ServiceProfile overrides/,
    answered(
      503,
      145,
      Array.from({ length: 95 }, (_, index) => index),
    ),
    [answered(503, 5, [0, 2, 4])],
  ],
];

describe.each(cases)('%s', (situation, measured, others) => {
  const row = rows.find((one) => situation.test(one.situation))!;

  test('what was measured is no difference', () => {
    expect(differencesOf(row, measured)).toEqual([]);
  });

  test.each(others)('another outcome is one (%#)', (other) => {
    expect(differencesOf(row, other)).not.toEqual([]);
  });
});

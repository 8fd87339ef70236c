import { expect, it } from 'vitest';

import { createGoTestReader, type GoTestReport } from '../../src/verify/go-test-events.js';

function read(events: readonly (object | string)[]): { report: GoTestReport; packages: string[] } {
  const packages: string[] = [];
  const reader = createGoTestReader((path) => packages.push(path));
  for (const event of events)
    reader.line(typeof event === 'string' ? event : JSON.stringify(event));
  return { report: reader.report(), packages };
}

const a = 'example.com/orders/a';

it('counts tests and subtests, and keeps nothing of those that passed', () => {
  const { report, packages } = read([
    { Action: 'start', Package: a },
    { Action: 'run', Package: a, Test: 'TestX' },
    { Action: 'output', Package: a, Test: 'TestX', Output: '=== RUN   TestX\n' },
    { Action: 'pass', Package: a, Test: 'TestX/sub' },
    { Action: 'pass', Package: a, Test: 'TestX' },
    { Action: 'skip', Package: a, Test: 'TestY' },
    { Action: 'output', Package: a, Output: 'ok  \t0.01s\n' },
    { Action: 'pass', Package: a },
  ]);
  expect(report).toEqual({ passed: 2, failed: 0, skipped: 1, output: '' });
  expect(packages).toEqual([a]);
});

it('keeps what a failed test and its package printed', () => {
  const { report } = read([
    { Action: 'output', Package: a, Test: 'TestGood', Output: 'good\n' },
    { Action: 'pass', Package: a, Test: 'TestGood' },
    { Action: 'output', Package: a, Test: 'TestBad', Output: '    a_test.go:3: broken\n' },
    { Action: 'fail', Package: a, Test: 'TestBad' },
    { Action: 'output', Package: a, Output: 'FAIL\n' },
    { Action: 'fail', Package: a },
  ]);
  expect(report).toEqual({
    passed: 1,
    failed: 1,
    skipped: 0,
    output: '    a_test.go:3: broken\nFAIL\n',
  });
});

it('keeps the panic of a test that never ended', () => {
  const { report } = read([
    { Action: 'output', Package: a, Test: 'TestX', Output: 'panic: boom\n' },
    { Action: 'output', Package: a, Output: 'FAIL\n' },
    { Action: 'fail', Package: a },
  ]);
  expect(report.output).toBe('panic: boom\nFAIL\n');
});

it('keeps what the compiler said of a package that does not build', () => {
  const { report } = read([
    { Action: 'build-output', ImportPath: `${a} [a.test]`, Output: 'a.go:2: cannot use "x"\n' },
    { Action: 'build-fail', ImportPath: `${a} [a.test]` },
    { Action: 'output', Package: a, Output: 'FAIL [build failed]\n' },
    { Action: 'fail', Package: a, FailedBuild: `${a} [a.test]` },
  ]);
  expect(report.output).toBe('a.go:2: cannot use "x"\nFAIL [build failed]\n');
});

it('does not mix packages whose names begin alike', () => {
  const { report } = read([
    { Action: 'output', Package: `${a}b`, Test: 'T', Output: 'other\n' },
    { Action: 'fail', Package: a },
    { Action: 'pass', Package: `${a}b`, Test: 'T' },
  ]);
  expect(report.output).toBe('');
});

it('keeps lines that are no events', () => {
  expect(read(['go: something is wrong', '{broken']).report.output).toBe(
    'go: something is wrong\n{broken\n',
  );
});

it('keeps a test that prints without end in bounds', () => {
  const line = { Action: 'output', Package: a, Test: 'T', Output: 'x'.repeat(1_000) };
  const { report } = read([
    ...Array<object>(1_000).fill(line),
    { Action: 'fail', Package: a, Test: 'T' },
  ]);
  expect(report.output.length).toBeLessThan(70_000);
});

import { describe, expect, it } from 'vitest';

import type { VerificationEvent } from '../../src/model/verification.js';
import { runSteps } from '../../src/verify/schedule.js';
import { endOf, type Step, type StepEnd } from '../../src/verify/step.js';

const never = new AbortController().signal;

function step(name: string, after: readonly string[], run: Step['run']): Step {
  return { name, after, run };
}

const pass = (detail = ''): Promise<StepEnd> => Promise.resolve({ status: 'passed', detail });
const end = (status: StepEnd['status']): Promise<StepEnd> =>
  Promise.resolve({ status, detail: '' });

async function run(
  steps: readonly Step[],
  signal = never,
): Promise<{ events: string[]; statuses: string[]; status: string }> {
  const events: string[] = [];
  const onEvent = (event: VerificationEvent): void => {
    if (event.kind === 'ended') events.push(`${event.step.status} ${event.step.name}`);
    else
      events.push(
        `${event.kind} ${event.name}${event.kind === 'progress' ? ` ${event.detail}` : ''}`,
      );
  };
  const { status, steps: results } = await runSteps(steps, { signal, onEvent });
  return {
    events,
    status,
    statuses: results.map(({ name, status: one, detail }) => `${name} ${one} ${detail}`),
  };
}

describe('steps', () => {
  it('run side by side unless one needs another, and are told in order', async () => {
    let release = (): void => undefined;
    const second = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { events, statuses } = await run([
      // Ends only once the second has begun: one after the other, this would hang.
      step('one', [], async ({ tell }) => {
        await second;
        tell('half');
        return await pass('1');
      }),
      step('two', [], async () => {
        release();
        return await pass('2');
      }),
      step('three', ['one', 'two'], () => pass('3')),
    ]);
    expect(statuses).toEqual(['one passed 1', 'two passed 2', 'three passed 3']);
    expect(events.indexOf('started three')).toBeGreaterThan(events.indexOf('passed one'));
    expect(events).toContain('progress one half');
  });

  it('are skipped when one that they need did not pass', async () => {
    const { statuses, events, status } = await run([
      step('build', [], () => end('failed')),
      step('test', ['build'], () => pass()),
      step('report', ['test'], () => pass()),
    ]);
    expect(statuses).toEqual([
      'build failed ',
      'test skipped needs build',
      'report skipped needs test',
    ]);
    expect(events).not.toContain('started test');
    expect(status).toBe('failed');
  });

  it.each([
    [['passed', 'skipped'], 'passed'],
    [['skipped'], 'skipped'],
    [['passed', 'failed'], 'failed'],
    [['failed', 'not-verified', 'passed'], 'not-verified'],
    [[], 'skipped'],
  ] as const)('%j together are %s', async (statuses, expected) => {
    const steps = statuses.map((status, index) => step(`${index}`, [], () => end(status)));
    expect((await run(steps)).status).toBe(expected);
  });

  it('end with 130 on Ctrl-C, when the last process has ended', async () => {
    const controller = new AbortController();
    const command = {
      file: '/bin/sh',
      args: ['-c', 'while :; do sleep 1; done'],
      cwd: '/',
      env: process.env,
    };
    let kind = '';
    const steps = [
      step('hangs', [], async ({ processes, signal }) => {
        const running = processes.run(command, { timeoutMs: 60_000, signal });
        controller.abort();
        kind = (await running).end.kind;
        return await end('not-verified');
      }),
    ];
    await expect(run(steps, controller.signal)).rejects.toMatchObject({ exitCode: 130 });
    expect(kind).toBe('interrupted');
  });

  it('stop the others when one has a bug', async () => {
    const command = {
      file: '/bin/sh',
      args: ['-c', 'while :; do sleep 1; done'],
      cwd: '/',
      env: process.env,
    };
    const steps = [
      step('hangs', [], async ({ processes, signal }) => {
        await processes.run(command, { timeoutMs: 60_000, signal });
        return await pass();
      }),
      step('breaks', [], () => Promise.reject(new Error('a bug'))),
    ];
    await expect(run(steps)).rejects.toThrow('a bug');
  });

  it('must be listed after those that they need', async () => {
    await expect(
      run([step('a', ['b'], () => pass()), step('b', [], () => pass())]),
    ).rejects.toThrow('the step a comes before b');
  });
});

describe('a command that did not end with 0', () => {
  const command = {
    file: 'go',
    args: ['test', '-run', "it's"],
    cwd: `${process.cwd()}/some where`,
    env: { CGO_ENABLED: '1' },
    variables: ['CGO_ENABLED'],
  };
  const result = { output: 'out', errors: '', durationMs: 1 };

  it('carries its output and the command that repeats it', () => {
    expect(
      endOf({ ...result, end: { kind: 'exited', code: 1 } }, { command, timeoutMs: 1 }),
    ).toEqual({
      status: 'failed',
      detail: 'exit 1',
      output: 'out',
      repeat: `cd 'some where' && CGO_ENABLED=1 go test -run 'it'\\''s'`,
    });
  });

  it.each([
    [{ kind: 'timed-out' }, 'failed', 'no end after 10 min: stopped, with all that it had started'],
    [{ kind: 'killed', signal: 'SIGKILL' }, 'failed', 'killed by SIGKILL'],
    [
      { kind: 'not-started', reason: 'not found' },
      'not-verified',
      'go cannot be started: not found',
    ],
  ] as const)('%j', (ended, status, detail) => {
    expect(endOf({ ...result, end: ended }, { command, timeoutMs: 600_000 })).toMatchObject({
      status,
      detail,
    });
  });
});

import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { findExecutable, type ProcessResult } from '../../io/process.js';
import {
  endOf,
  withVariables,
  type Step,
  type StepCommand,
  type StepContext,
  type StepEnd,
} from '../step.js';
import type { Toolchain, VerifyRequest } from '../toolchain.js';

/** A cold cache downloads every package. */
const INSTALL_TIMEOUT_MS = 10 * 60_000;
const CHECK_TIMEOUT_MS = 5 * 60_000;
const TEST_TIMEOUT_MS = 10 * 60_000;

/**
 * TypeScript: `npm ci` unless what is installed is what the lock says, then the compiler, the linter and
 * the tests side by side. The project's own programs run, not those of this machine.
 */
export const toolchain: Toolchain = {
  steps: (request) => {
    const installed = ['npm ci'];
    return [
      { name: 'npm ci', after: [], run: (context) => install(request, context) },
      check('types', { request, bin: 'tsc', args: ['--noEmit'], after: installed }),
      check('lint', {
        request,
        bin: 'eslint',
        args: ['.', '--max-warnings', '0'],
        after: installed,
      }),
      { name: 'vitest', after: installed, run: (context) => test(request, context) },
    ];
  },
};

async function install(
  request: VerifyRequest,
  { processes, signal }: StepContext,
): Promise<StepEnd> {
  if (findExecutable('npm', request.env) === undefined) {
    return { status: 'not-verified', detail: 'npm is not on PATH' };
  }
  if (isInstalled(request.root)) return { status: 'passed', detail: 'up to date' };
  const command = commandOf(request, 'npm', ['ci', '--no-audit', '--no-fund']);
  const result = await processes.run(command, { timeoutMs: INSTALL_TIMEOUT_MS, signal });
  const unreachable = findNetworkProblem(result);
  if (unreachable !== undefined) {
    return { status: 'not-verified', detail: `packages cannot be downloaded: ${unreachable}` };
  }
  return (
    endOf(result, { command, timeoutMs: INSTALL_TIMEOUT_MS }) ?? { status: 'passed', detail: '' }
  );
}

/** npm writes its hidden lock after every install, so that it is never older than the lock it came from. */
function isInstalled(root: string): boolean {
  const [lock, hidden] = ['package-lock.json', 'node_modules/.package-lock.json'].map((path) =>
    join(root, path),
  );
  if (lock === undefined || hidden === undefined || !existsSync(lock) || !existsSync(hidden))
    return false;
  return statSync(hidden).mtimeMs >= statSync(lock).mtimeMs;
}

type Check = {
  readonly request: VerifyRequest;
  readonly bin: string;
  readonly args: readonly string[];
  readonly after: readonly string[];
};

function check(name: string, { request, bin, args, after }: Check): Step {
  return {
    name,
    after,
    run: async ({ processes, signal }) => {
      const command = commandOf(request, `node_modules/.bin/${bin}`, args);
      const result = await processes.run(command, { timeoutMs: CHECK_TIMEOUT_MS, signal });
      return (
        endOf(result, { command, timeoutMs: CHECK_TIMEOUT_MS }) ?? { status: 'passed', detail: '' }
      );
    },
  };
}

async function test(request: VerifyRequest, context: StepContext): Promise<StepEnd> {
  const { processes, signal, tell } = context;
  const command = commandOf(request, 'node_modules/.bin/vitest', ['run']);
  const result = await processes.run(command, {
    timeoutMs: TEST_TIMEOUT_MS,
    signal,
    onLine: (line) => {
      const file = /(?:✓|❯|×|√)\s+(\S+\.test\.ts)/.exec(line)?.[1];
      if (file !== undefined) tell(file);
    },
  });
  const counts = /^\s*Tests\s+(.*?)\s*(?:\(\d+\))?$/m
    .exec(result.output)?.[1]
    ?.replaceAll(' | ', ', ');
  const end = endOf(result, { command, timeoutMs: TEST_TIMEOUT_MS });
  if (end === undefined) return { status: 'passed', detail: counts ?? '' };
  return end.status === 'failed' && counts !== undefined ? { ...end, detail: counts } : end;
}

function commandOf(
  { root, env }: VerifyRequest,
  file: string,
  args: readonly string[],
): StepCommand {
  return {
    file: file.startsWith('node_modules/') ? join(root, file) : file,
    args,
    cwd: root,
    env: withVariables(env, { NO_COLOR: '1', CI: 'true' }),
    variables: [],
  };
}

/** What npm says when the network or the registry fails. */
const NETWORK =
  /\b(?:ENOTFOUND|ETIMEDOUT|ECONNREFUSED|ECONNRESET|EAI_AGAIN|ENETUNREACH|E429|E5\d\d|ENOTCACHED)\b/;

function findNetworkProblem({ end, output }: ProcessResult): string | undefined {
  if (end.kind !== 'exited' || end.code === 0) return undefined;
  return output
    .split('\n')
    .find((line) => NETWORK.test(line))
    ?.trim();
}

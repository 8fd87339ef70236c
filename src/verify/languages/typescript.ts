import { join } from 'node:path';

import { findExecutable } from '../../io/process.js';
import { findInstallProblem } from '../install-problem.js';
import { findForeignManager, isInstalled } from '../npm-project.js';
import { ownTestSteps } from '../own-tests.js';
import {
  endOf,
  withVariables,
  type Step,
  type StepCommand,
  type StepContext,
  type StepEnd,
} from '../step.js';
import { settleStep, type Toolchain, type VerifyRequest } from '../toolchain.js';

/** A cold cache downloads every package. */
const INSTALL_TIMEOUT_MS = 10 * 60_000;
const CHECK_TIMEOUT_MS = 5 * 60_000;
const TEST_TIMEOUT_MS = 10 * 60_000;

/**
 * TypeScript: `npm ci` unless what is installed is what the lock says, then the compiler, the linter and
 * the tests side by side. The project's own programs run, not those of this machine. Of a project made by hand, its own test script.
 */
export const toolchain: Toolchain = {
  steps: (request) => {
    if (request.adopted === true) return ownTestSteps(request);
    const installed = ['npm ci'];
    const { settle } = request;
    return [
      ...(settle === undefined
        ? []
        : [
            {
              name: settleStep,
              after: [],
              run: (context: StepContext) => lock(request, settle, context),
            },
          ]),
      {
        name: 'npm ci',
        after: settle === undefined ? [] : [settleStep],
        run: (context) => install(request, context),
      },
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
  foresee: (root, changed) => {
    const foreign = changed.has('package.json') ? findForeignManager(root) : undefined;
    if (foreign === undefined) return [];
    const does = `installs what package.json asks for now (${foreign.because}); verification needs npm`;
    return [{ command: `${foreign.name} install`, does }];
  },
};

/**
 * The project is installed by itself, whatever workspace is above it, with what its tests need, whatever NODE_ENV
 * and npm's configuration say: nothing outside of it changes.
 */
const OWN = ['--include=dev', '--workspaces=false', '--no-audit', '--no-fund'];

/** Finishes package-lock.json, which both sides changed. */
async function lock(
  request: VerifyRequest,
  settle: string,
  context: StepContext,
): Promise<StepEnd> {
  const end = await npm(request, [...settle.split(' ').slice(1), ...OWN], context);
  return end.status === 'passed' ? { ...end, detail: settle } : end;
}

async function install(request: VerifyRequest, context: StepContext): Promise<StepEnd> {
  const foreign = findForeignManager(request.root);
  if (foreign === undefined && isInstalled(request.root) && hasNpm(request)) {
    return { status: 'passed', detail: 'up to date' };
  }
  return await npm(request, ['ci', ...OWN], context);
}

function hasNpm({ env }: VerifyRequest): boolean {
  return findExecutable('npm', env) !== undefined;
}

async function npm(
  request: VerifyRequest,
  args: readonly string[],
  { processes, signal }: StepContext,
): Promise<StepEnd> {
  if (!hasNpm(request)) return { status: 'not-verified', detail: 'npm is not on PATH' };
  const foreign = findForeignManager(request.root);
  if (foreign !== undefined) {
    const { name, because } = foreign;
    const detail = `the project uses ${name} (${because}), and verification installs with npm: run ${name} install and the scripts types, lint and test, or go back to npm`;
    return { status: 'not-verified', detail };
  }
  const command = commandOf(request, 'npm', args);
  const result = await processes.run(command, { timeoutMs: INSTALL_TIMEOUT_MS, signal });
  const machine = findInstallProblem(result);
  if (machine !== undefined) {
    return { status: 'not-verified', detail: `packages cannot be installed: ${machine}` };
  }
  return (
    endOf(result, { command, timeoutMs: INSTALL_TIMEOUT_MS }) ?? { status: 'passed', detail: '' }
  );
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

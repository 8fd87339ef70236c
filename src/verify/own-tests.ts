import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { findExecutable } from '../io/process.js';
import { findForeignManager, isInstalled, readScript, usesModernYarn } from './npm-project.js';
import { findInstallProblem } from './install-problem.js';
import {
  endOf,
  withVariables,
  type Step,
  type StepCommand,
  type StepContext,
  type StepEnd,
} from './step.js';
import type { VerifyRequest } from './toolchain.js';

/** A cold cache downloads every package. */
const INSTALL_TIMEOUT_MS = 10 * 60_000;
const TEST_TIMEOUT_MS = 10 * 60_000;
/** What `npm init` writes in the place of tests. */
const STAND_IN = /no test specified/;

/**
 * A project that was made by hand, in JavaScript or TypeScript: what it needs is installed with its own package
 * manager, as its lock says, and its own test script runs. No other tool is assumed.
 */
export function ownTestSteps(request: VerifyRequest): readonly Step[] {
  return [
    { name: 'install', after: [], run: (context) => install(request, context) },
    { name: 'test script', after: ['install'], run: (context) => test(request, context) },
  ];
}

async function install(request: VerifyRequest, context: StepContext): Promise<StepEnd> {
  const { root, env } = request;
  const manager = managerOf(root);
  const problem = findScriptProblem(root);
  if (problem !== undefined) return { status: 'not-verified', detail: problem };
  if (manager === 'npm' && isInstalled(root)) return { status: 'passed', detail: 'up to date' };
  if (findExecutable(manager, env) === undefined) return notOnPath(manager);
  const args = installArguments(manager, root);
  const command = commandOf(request, manager, args);
  const { processes, signal } = context;
  const result = await processes.run(command, { timeoutMs: INSTALL_TIMEOUT_MS, signal });
  const machine = findInstallProblem(result);
  if (machine !== undefined) {
    return { status: 'not-verified', detail: `packages cannot be installed: ${machine}` };
  }
  return (
    endOf(result, { command, timeoutMs: INSTALL_TIMEOUT_MS }) ?? {
      status: 'passed',
      detail: `${manager} ${args[0] ?? ''}`,
    }
  );
}

async function test(request: VerifyRequest, { processes, signal }: StepContext): Promise<StepEnd> {
  const manager = managerOf(request.root);
  if (findExecutable(manager, request.env) === undefined) return notOnPath(manager);
  const args = ['run', 'test'];
  const command = commandOf(request, manager, args);
  const result = await processes.run(command, { timeoutMs: TEST_TIMEOUT_MS, signal });
  return (
    endOf(result, { command, timeoutMs: TEST_TIMEOUT_MS }) ?? {
      status: 'passed',
      detail: `${manager} run test`,
    }
  );
}

function managerOf(root: string): string {
  return findForeignManager(root)?.name ?? 'npm';
}

/** Why the project's own tests cannot prove anything. */
function findScriptProblem(root: string): string | undefined {
  const script = readScript(root, 'test');
  if (script === undefined) return 'package.json has no script "test": add one, and verify runs it';
  return STAND_IN.test(script)
    ? 'the script "test" in package.json is the stand-in of npm init: nothing is tested'
    : undefined;
}

/** What is in the lock, and nothing else; without a lock of npm, what package.json asks for, and no lock is left. */
function installArguments(manager: string, root: string): readonly string[] {
  switch (manager) {
    case 'npm':
      return [
        ...(['package-lock.json', 'npm-shrinkwrap.json'].some((name) =>
          existsSync(join(root, name)),
        )
          ? ['ci']
          : ['install', '--no-package-lock']),
        '--include=dev',
        '--workspaces=false',
        '--no-audit',
        '--no-fund',
      ];
    case 'yarn':
      return ['install', usesModernYarn(root) ? '--immutable' : '--frozen-lockfile'];
    default:
      return ['install', '--frozen-lockfile'];
  }
}

function notOnPath(manager: string): StepEnd {
  return { status: 'not-verified', detail: `${manager} is not on PATH` };
}

function commandOf(
  { root, env }: VerifyRequest,
  file: string,
  args: readonly string[],
): StepCommand {
  return {
    file,
    args,
    cwd: root,
    env: withVariables(env, { NO_COLOR: '1', CI: 'true' }),
    variables: [],
  };
}

import type { ProcessResult } from '../../io/process.js';
import { createGoTestReader, type GoTestReport } from '../go-test-events.js';
import { findGo, type GoToolchain } from '../go-toolchain.js';
import { findVendoringGap, findWorkspace, isVendored } from '../go-project.js';
import { endOf, type Step, type StepCommand, type StepContext, type StepEnd } from '../step.js';
import { settleStep, type Toolchain, type VerifyRequest } from '../toolchain.js';

/** A cold cache compiles every dependency, and downloads it first. */
const BUILD_TIMEOUT_MS = 15 * 60_000;
const VET_TIMEOUT_MS = 10 * 60_000;
/** Longer than go test's own limit of ten minutes a package, which shows where a test hangs. */
const TEST_TIMEOUT_MS = 12 * 60_000;

/**
 * The state of the repository is not stamped into what is built: to find it out, go runs git with whatever programs
 * the repository configures, and fails in a folder of another user.
 */
const NO_STAMP = ['-buildvcs=false'];

/**
 * Go: `go build` first, since it fills the cache that vet and test then share; both side by side after it.
 * `go test` leaves its own vet out, which `go vet` runs whole. With `race` all three compile for the race
 * detector, so that nothing is compiled twice.
 */
export const toolchain: Toolchain = {
  steps: (request) => {
    const flags = [...NO_STAMP, ...(request.race ? ['-race'] : [])];
    let found: ReturnType<typeof findGo> | undefined;
    const step = (name: string, after: readonly string[], run: GoRun): Step => ({
      name,
      after,
      run: async (context) => {
        found ??= findGo(request.root, { env: request.env, ...context });
        const go = await found;
        if ('problem' in go) return { status: 'not-verified', detail: go.problem };
        return await run({ ...request, go }, context);
      },
    });
    const { settle } = request;
    return [
      ...(settle === undefined
        ? []
        : [step(settleStep, [], (go, context) => tidy(go, settle.split(' ').slice(1), context))]),
      step('go build', settle === undefined ? [] : [settleStep], (go, context) =>
        build(go, ['build', ...flags, './...'], context),
      ),
      step('go vet', ['go build'], (go, context) => vet(go, ['vet', ...flags, './...'], context)),
      step('go test', ['go build'], (go, context) =>
        test(go, ['test', '-json', '-vet=off', ...flags, './...'], context),
      ),
    ];
  },
  foresee: (root, changed) => {
    const workspace = findWorkspace(root);
    return [
      ...(isVendored(root) && changed.has('go.mod')
        ? [
            {
              command: 'go mod vendor',
              does: 'brings vendor/ to the new go.mod, which go build compares',
            },
          ]
        : []),
      ...(workspace?.isMember === false
        ? [
            {
              command: 'go work use .',
              does: `adds it to ${workspace.path}; go build fails there without`,
            },
          ]
        : []),
    ];
  },
};

type GoRequest = VerifyRequest & { readonly go: GoToolchain };
type GoRun = (request: GoRequest, context: StepContext) => Promise<StepEnd>;

/** Finishes go.mod and go.sum, which both sides changed. */
async function tidy(
  request: GoRequest,
  args: readonly string[],
  { processes, signal }: StepContext,
): Promise<StepEnd> {
  const command = commandOf({ ...request, race: false }, args);
  const result = await processes.run(command, { timeoutMs: BUILD_TIMEOUT_MS, signal });
  const unreachable = findNetworkProblem(result);
  if (unreachable !== undefined) {
    return { status: 'not-verified', detail: `modules cannot be downloaded: ${unreachable}` };
  }
  const detail = ['go', ...args].join(' ');
  return endOf(result, { command, timeoutMs: BUILD_TIMEOUT_MS }) ?? { status: 'passed', detail };
}

async function build(
  request: GoRequest,
  args: readonly string[],
  { processes, signal }: StepContext,
): Promise<StepEnd> {
  const { name, isFound } = request.go.compiler;
  if (request.race && !isFound) {
    const detail = `the race detector needs a C compiler: ${name} is not on PATH`;
    return { status: 'not-verified', detail };
  }
  const gap = readsVendor(request) ? findVendoringGap(request.root) : undefined;
  if (gap !== undefined) return notVendored(`it differs in ${gap}`);
  const command = commandOf(request, args);
  const result = await processes.run(command, { timeoutMs: BUILD_TIMEOUT_MS, signal });
  const unreachable = findNetworkProblem(result);
  if (unreachable !== undefined) {
    return { status: 'not-verified', detail: `modules cannot be downloaded: ${unreachable}` };
  }
  const end = endOf(result, { command, timeoutMs: BUILD_TIMEOUT_MS });
  const { workspace } = request.go;
  if (end?.status === 'failed') {
    if (isVendored(request.root) && /inconsistent vendoring|-mod=vendor/.test(result.output)) {
      return notVendored('go build does not find what it needs there');
    }
    // What a workspace brings in is missing in an image, and so it is here.
    if (workspace?.isMember !== true) return end;
    return { ...end, detail: `${end.detail} without ${workspace.path}` };
  }
  if (end !== undefined || workspace?.isMember !== false) return end ?? passed;
  const detail = `without ${workspace.path}, which does not list it: go work use .`;
  return { status: 'passed', detail };
}

/** The go command reads vendor/ unless it is told not to. */
function readsVendor({ env }: GoRequest): boolean {
  return !/-mod=(?:mod|readonly)\b/.test(env['GOFLAGS'] ?? '');
}

function notVendored(how: string): StepEnd {
  const detail = `vendor/ does not match go.mod, ${how}: run go mod vendor, then verify again`;
  return { status: 'not-verified', detail };
}

async function vet(
  request: GoRequest,
  args: readonly string[],
  { processes, signal }: StepContext,
): Promise<StepEnd> {
  const command = commandOf(request, args);
  const result = await processes.run(command, { timeoutMs: VET_TIMEOUT_MS, signal });
  return endOf(result, { command, timeoutMs: VET_TIMEOUT_MS }) ?? passed;
}

async function test(
  request: GoRequest,
  args: readonly string[],
  { processes, signal, tell }: StepContext,
): Promise<StepEnd> {
  const command = commandOf(request, args);
  const reader = createGoTestReader((path) => tell(shorten(path)));
  const result = await processes.run(command, {
    timeoutMs: TEST_TIMEOUT_MS,
    signal,
    onLine: reader.line,
  });
  const report = reader.report();
  // A person repeats the command without the events, which are for us.
  const typed = { ...command, args: args.filter((arg) => arg !== '-json') };
  const end = endOf(result, { command: typed, timeoutMs: TEST_TIMEOUT_MS });
  if (end === undefined) return { status: 'passed', detail: describe(report) };
  if (end.status !== 'failed') return end;
  const detail = result.end.kind === 'exited' ? describe(report) : end.detail;
  return { ...end, detail, output: report.output + result.errors };
}

const passed: StepEnd = { status: 'passed', detail: '' };

function commandOf({ root, race, go }: GoRequest, args: readonly string[]): StepCommand {
  return {
    file: 'go',
    args,
    cwd: root,
    env: race ? { ...go.env, CGO_ENABLED: '1' } : go.env,
    variables: [...go.variables, ...(race ? ['CGO_ENABLED'] : [])],
  };
}

function describe({ passed, failed, skipped }: GoTestReport): string {
  const parts = [
    failed === 0 ? '' : `${failed} failed`,
    `${passed} passed`,
    skipped === 0 ? '' : `${skipped} skipped`,
  ];
  return parts.filter((part) => part !== '').join(', ');
}

/** The last two elements of an import path. */
function shorten(path: string): string {
  return path.split('/').slice(-2).join('/');
}

/** What the go command says when the network or the module proxy fails. */
const NETWORK =
  /dial tcp|no such host|i\/o timeout|connection (?:refused|reset)|proxyconnect|TLS handshake|network is unreachable|name resolution|disabled by GOPROXY=off|reading https?:\S+: (?:5\d\d|429)|: EOF$/;

function findNetworkProblem({ end, errors }: ProcessResult): string | undefined {
  if (end.kind !== 'exited' || end.code === 0) return undefined;
  return errors
    .split('\n')
    .find((line) => NETWORK.test(line))
    ?.trim();
}

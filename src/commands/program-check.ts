import { InvalidArgumentError, Option, type Command } from 'commander';

import { parseDuration } from '../model/duration.js';
import { severities, type Severity } from '../model/finding.js';
import { faults, type Fault } from '../simulate/scenario.js';
import type { Invocation } from './program.js';

const ALLOW_REMOTE = 'with --render: let kustomize fetch resources that kustomizations name by URL';
const RENDER =
  'render Helm charts, and kustomizations that need kustomize: without a network, and without plugins';
const VALUES = 'with --render: values for all charts; may be repeated';

const PATHS = 'folders or files of manifests, or - for standard input (default: this folder)';

type Choose = (invocation: Invocation) => void;

type CheckOptions = {
  readonly env?: string;
  readonly severity?: Severity;
  readonly baseline?: string;
  readonly writeBaseline: boolean;
  readonly since?: string;
  readonly allowRemote: boolean;
  readonly exclude?: readonly string[];
  readonly render: boolean;
  readonly values?: readonly string[];
  readonly live: boolean;
  readonly namespace?: readonly string[];
  readonly allNamespaces: boolean;
  readonly context?: string;
  readonly deployable: boolean;
  readonly fix: boolean;
  readonly dryRun: boolean;
  readonly all: boolean;
  readonly quiet: boolean;
  readonly format: 'text' | 'json' | 'sarif' | 'github' | 'markdown';
  readonly includeSuppressed: boolean;
  readonly json?: boolean;
};

/** The commands about composition: check, rules, explain-rule, explain, simulate. */
export function addCheckCommands(program: Command, choose: Choose): void {
  addCheck(program, choose);
  addRules(program, choose);
  addExplain(program, choose);
  addSimulate(program, choose);
}

function addCheck(program: Command, choose: Choose): void {
  program
    .command('check')
    .description('tell whether the application and the mesh compose, by what is on disk')
    .argument(
      '[PATH...]',
      'services, folders or files of manifests, or - for standard input (default: this folder)',
    )
    .option('--env <NAME>', 'check the overlay of an environment')
    .addOption(
      new Option(
        '--severity <SEVERITY>',
        'list what is at or above it, and end with 1 for that (default: list all, end with 1 at warning)',
      ).choices(severities),
    )
    .option('--baseline <FILE>', 'report only what is not in it')
    .option('--write-baseline', 'write what is found to the file of --baseline', false)
    .option('--since <REF>', 'report only what was not there at a git revision')
    .option('--render', RENDER, false)
    .option('--values <FILE>', VALUES, collect)
    .option('--allow-remote', ALLOW_REMOTE, false)
    .option('--exclude <GLOB>', 'leave out files or folders; may be repeated', collect)
    .option('--live', 'read a cluster through kubectl get instead of files', false)
    .option('-n, --namespace <NS>', 'with --live: a namespace; may be repeated', collect)
    .option('-A, --all-namespaces', 'with --live: all namespaces', false)
    .option('--context <CTX>', 'with --live: a context of kubectl')
    .option('--deployable', 'placeholders that nobody set are errors', false)
    .option('--fix', 'write the fixes that are mechanical', false)
    .option('--dry-run', 'write nothing; with --fix, show what it would change', false)
    .option('--all', 'list every finding, however many there are', false)
    .option('--quiet', 'print only the summary', false)
    .addOption(
      new Option('--format <FORMAT>', 'how to report')
        .choices(['text', 'json', 'sarif', 'github', 'markdown'])
        .default('text'),
    )
    .option(
      '--include-suppressed',
      'with --format sarif: keep accepted and known findings, marked as suppressed (GitHub would open alerts for them)',
      false,
    )
    .addOption(new Option('--json', 'print one JSON document instead of text'))
    .action((paths: readonly string[], options: CheckOptions) => {
      choose({
        name: 'check',
        json: options.json === true || options.format === 'json',
        execute: async (host) => await (await import('./check.js')).check(paths, options, host),
      });
    });
}

type JsonFlag = { readonly json?: boolean };

function addRules(program: Command, choose: Choose): void {
  program
    .command('rules')
    .description('list what check looks for')
    .addOption(new Option('--json', 'print one JSON document instead of text'))
    .action(({ json }: JsonFlag) => {
      choose({
        name: 'rules',
        json: json === true,
        execute: async () => (await import('./rules.js')).listRules(),
      });
    });
  program
    .command('explain-rule')
    .description('show what one rule means, why it matters and what to do')
    .argument('<CODE>', 'its code, as scaffold rules shows it')
    .addOption(new Option('--json', 'print one JSON document instead of text'))
    .action((code: string, { json }: JsonFlag) => {
      choose({
        name: 'explain-rule',
        json: json === true,
        execute: async () => (await import('./explain-rule.js')).explainRule(code),
      });
    });
}

/** Options of the commands about one call. */
type CallOptions = JsonFlag & {
  readonly from?: string;
  readonly appTries?: number;
  readonly appTimeout?: number;
  readonly appAttemptTimeout?: number;
  readonly render: boolean;
  readonly values?: readonly string[];
  readonly allowRemote: boolean;
  readonly env?: string;
  readonly whatIf?: readonly string[];
};

function addCallOptions(command: Command): Command {
  return command
    .option(
      '--from <NAMESPACE/WORKLOAD>',
      'the workload that calls HOST (default: any in the namespace of HOST)',
    )
    .option(
      '--app-tries <N>',
      'tries by the application, the first included, for a call to HOST (default: unknown)',
      parseTries,
    )
    .option(
      '--app-timeout <DURATION>',
      "the application's deadline for the whole call to HOST, such as 2s; 0s for none (default: unknown)",
      parseTime,
    )
    .option(
      '--app-attempt-timeout <DURATION>',
      "the application's time limit for one try, with --app-tries (default: unknown)",
      parseTime,
    )
    .option('--env <NAME>', 'with the overlay of an environment')
    .option('--render', RENDER, false)
    .option('--values <FILE>', VALUES, collect)
    .option('--allow-remote', ALLOW_REMOTE, false)
    .option(
      '--what-if <KEY=VALUE>',
      'as if a setting of scaffold.yaml were another, without writing; may be repeated',
      collect,
    );
}

type ExplainOptions = CallOptions & {
  readonly rps?: number;
  readonly html?: string;
};

function addExplain(program: Command, choose: Choose): void {
  const command = program
    .command('explain')
    .description(
      'show what happens to one call, at worst and in each case: to an upstream of a service, or to a host in any manifests',
    )
    .argument(
      '[UPSTREAM]',
      'its name in scaffold.yaml (default: all), or a host such as reviews or reviews.shop.svc.cluster.local',
    )
    .argument('[PATH...]', PATHS);
  addCallOptions(command)
    .option('--rps <N>', 'calls a second, for the load in numbers', parsePositive)
    .option('--html <FILE>', 'write the same as one page')
    .addOption(new Option('--json', 'print one JSON document instead of text'))
    .action(
      (
        upstream: string | undefined,
        paths: readonly string[],
        { json, ...flags }: ExplainOptions,
      ) => {
        choose({
          name: 'explain',
          json: json === true,
          execute: async (host) =>
            await (await import('./explain.js')).explain(upstream, { paths, flags, host }),
        });
      },
    );
}

type SimulateOptions = CallOptions & {
  readonly fault: Fault;
  readonly rps: number;
  readonly seed: number;
  readonly share: number;
  readonly html?: string;
};

function addSimulate(program: Command, choose: Choose): void {
  const command = program
    .command('simulate')
    .description(
      'simulate an outage of an upstream or a host, with both layers and without each of them',
    )
    .argument('<UPSTREAM>', 'its name in scaffold.yaml, or a host such as reviews.shop')
    .argument('[PATH...]', PATHS)
    .addOption(new Option('--fault <FAULT>', 'how it fails').choices(faults).default('bad-replica'))
    .option('--rps <N>', 'calls a second', parsePositive, 100)
    .option(
      '--share <SHARE>',
      'share of errors, above 0 and at most 1, with --fault errors',
      parseShare,
      0.5,
    )
    .option('--seed <N>', 'random seed', parsePositive, 1);
  addCallOptions(command)
    .option('--html <FILE>', 'write it as one page with charts')
    .addOption(new Option('--json', 'print one JSON document instead of text'))
    .action((upstream: string, paths: readonly string[], { json, ...flags }: SimulateOptions) => {
      choose({
        name: 'simulate',
        json: json === true,
        execute: async (host) =>
          await (await import('./simulate.js')).simulate(upstream, { paths, flags, host }),
      });
    });
}

function collect(value: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, value];
}

/** @throws InvalidArgumentError, which commander reports with the option */
function parsePositive(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0 || value > 100_000) {
    throw new InvalidArgumentError('It must be a number above 0, at most 100000.');
  }
  return value;
}

/** @throws InvalidArgumentError, which commander reports with the option */
function parseTries(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 100) {
    throw new InvalidArgumentError('It must be a whole number from 1 to 100.');
  }
  return value;
}

/** ms. @throws InvalidArgumentError, which commander reports with the option */
function parseTime(text: string): number {
  const value = parseDuration(text);
  if (value === undefined) {
    throw new InvalidArgumentError('It must be a duration such as 950ms, 2s or 1m30s.');
  }
  return value;
}

/** @throws InvalidArgumentError, which commander reports with the option */
function parseShare(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0 || value > 1) {
    throw new InvalidArgumentError('It must be a number above 0, at most 1.');
  }
  return value;
}

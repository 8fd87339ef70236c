import { InvalidArgumentError, Option, type Command } from 'commander';

import { severities, type Severity } from '../model/finding.js';
import { faults, type Fault } from '../simulate/scenario.js';
import type { Invocation } from './program.js';

const ALLOW_REMOTE = 'let kustomize fetch resources that kustomizations name by URL';

type Choose = (invocation: Invocation) => void;

type CheckOptions = {
  readonly env?: string;
  readonly severity?: Severity;
  readonly baseline?: string;
  readonly writeBaseline: boolean;
  readonly since?: string;
  readonly allowRemote: boolean;
  readonly deployable: boolean;
  readonly fix: boolean;
  readonly dryRun: boolean;
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
    .option('--allow-remote', ALLOW_REMOTE, false)
    .option('--deployable', 'placeholders that nobody set are errors', false)
    .option('--fix', 'write the fixes that are mechanical', false)
    .option('--dry-run', 'write nothing; with --fix, show what it would change', false)
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

type ExplainOptions = JsonFlag & {
  readonly allowRemote: boolean;
  readonly env?: string;
  readonly whatIf?: readonly string[];
  readonly rps?: number;
  readonly html?: string;
};

function addExplain(program: Command, choose: Choose): void {
  program
    .command('explain')
    .description('show what happens to one call to an upstream, at worst and in each case')
    .argument('[UPSTREAM]', 'its name in scaffold.yaml (default: all)')
    .option('--env <NAME>', 'with the overlay of an environment')
    .option('--allow-remote', ALLOW_REMOTE, false)
    .option(
      '--what-if <KEY=VALUE>',
      'as if a setting were another, without writing; may be repeated',
      collect,
    )
    .option('--rps <N>', 'calls a second, for the load in numbers', parsePositive)
    .option('--html <FILE>', 'write the same as one page')
    .addOption(new Option('--json', 'print one JSON document instead of text'))
    .action((upstream: string | undefined, { json, ...options }: ExplainOptions) => {
      choose({
        name: 'explain',
        json: json === true,
        execute: async (host) =>
          await (await import('./explain.js')).explain({ ...options, upstream }, host),
      });
    });
}

type SimulateOptions = JsonFlag & {
  readonly fault: Fault;
  readonly rps: number;
  readonly seed: number;
  readonly share: number;
  readonly env?: string;
  readonly allowRemote: boolean;
  readonly whatIf?: readonly string[];
  readonly html?: string;
};

function addSimulate(program: Command, choose: Choose): void {
  program
    .command('simulate')
    .description('play an outage of an upstream, with both layers and without each of them')
    .argument('<UPSTREAM>', 'its name in scaffold.yaml')
    .addOption(new Option('--fault <FAULT>', 'how it fails').choices(faults).default('bad-replica'))
    .option('--rps <N>', 'calls a second', parsePositive, 100)
    .option(
      '--share <SHARE>',
      'share of errors, above 0 and at most 1, with --fault errors',
      parseShare,
      0.5,
    )
    .option('--seed <N>', 'another run of chance', parsePositive, 1)
    .option('--env <NAME>', 'with the overlay of an environment')
    .option('--allow-remote', ALLOW_REMOTE, false)
    .option('--what-if <KEY=VALUE>', 'as if a setting were another; may be repeated', collect)
    .option('--html <FILE>', 'write it as one page with charts')
    .addOption(new Option('--json', 'print one JSON document instead of text'))
    .action((upstream: string, { json, ...options }: SimulateOptions) => {
      choose({
        name: 'simulate',
        json: json === true,
        execute: async (host) =>
          await (await import('./simulate.js')).simulate(upstream, options, host),
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
function parseShare(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0 || value > 1) {
    throw new InvalidArgumentError('It must be a number above 0, at most 1.');
  }
  return value;
}

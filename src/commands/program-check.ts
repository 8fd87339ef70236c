import { Option, type Command } from 'commander';

import { severities, type Severity } from '../model/finding.js';
import type { Invocation } from './program.js';

type Choose = (invocation: Invocation) => void;

type CheckOptions = {
  readonly env?: string;
  readonly severity: Severity;
  readonly baseline?: string;
  readonly writeBaseline: boolean;
  readonly since?: string;
  readonly deployable: boolean;
  readonly fix: boolean;
  readonly format: 'text' | 'json' | 'sarif' | 'github' | 'markdown';
  readonly json?: boolean;
};

/** The commands about composition: check, rules, explain-rule, explain, simulate. */
export function addCheckCommands(program: Command, choose: Choose): void {
  addCheck(program, choose);
  addRules(program, choose);
}

function addCheck(program: Command, choose: Choose): void {
  program
    .command('check')
    .description('tell whether the application and the mesh compose, by what is on disk')
    .argument('[PATH...]', 'services, folders or files of manifests, or - for standard input (default: this folder)')
    .option('--env <NAME>', 'check the overlay of an environment')
    .addOption(
      new Option('--severity <SEVERITY>', 'end with 1 at or above it').choices(severities).default('warning'),
    )
    .option('--baseline <FILE>', 'report only what is not in it')
    .option('--write-baseline', 'write what is found to the file of --baseline', false)
    .option('--since <REF>', 'report only what was not there at a git revision')
    .option('--deployable', 'placeholders that nobody set are errors', false)
    .option('--fix', 'write the fixes that are mechanical', false)
    .addOption(
      new Option('--format <FORMAT>', 'how to report')
        .choices(['text', 'json', 'sarif', 'github', 'markdown'])
        .default('text'),
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

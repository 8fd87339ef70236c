import { InvalidArgumentError, Option, type Command } from 'commander';

import { driftFormats, type DriftFormat } from '../report/drift/drift-format.js';
import type { Invocation } from './program.js';

type Choose = (invocation: Invocation) => void;

type ChangeOptions = {
  readonly dryRun: boolean;
  readonly verify: boolean;
  readonly allowDirty: boolean;
  readonly json?: boolean;
};

/** The commands of a repo's life: init, add, remove, update, drift. */
export function addRepoCommands(program: Command, choose: Choose): void {
  addInit(program, choose);
  addAdd(
    program
      .command('add')
      .description('add to a service')
      .usage('capability|upstream …')
      .helpCommand(false),
    choose,
  );
  addRemove(
    program
      .command('remove')
      .description('remove from a service')
      .usage('capability|upstream …')
      .helpCommand(false),
    choose,
  );
  addUpdate(program, choose);
  addDrift(program, choose);
}

/** Options of every command that changes a repo. */
function withChangeOptions(command: Command): Command {
  return command
    .option('--dry-run', 'show what would change as a diff, and write nothing', false)
    .option('--no-verify', 'do not run the tests afterwards')
    .option('--allow-dirty', 'merge into files with edits that are not committed', false)
    .addOption(new Option('--json', 'print one JSON document instead of text'));
}

function addInit(program: Command, choose: Choose): void {
  program
    .command('init')
    .description('adopt a service that was made by hand; changes none of its files')
    .option('--language <LANGUAGE>', 'where the folder could be of several')
    .option('--dry-run', 'show what would be written, and write nothing', false)
    .addOption(new Option('--json', 'print one JSON document instead of text'))
    .action(
      ({ language, dryRun, json }: { language?: string; dryRun: boolean; json?: boolean }) => {
        choose({
          name: 'init',
          json: json === true,
          execute: async (host) =>
            await (await import('./init.js')).init({ language, dryRun }, host),
        });
      },
    );
}

function addAdd(parent: Command, choose: Choose): void {
  withChangeOptions(
    parent
      .command('capability')
      .description('add capabilities and wire them in; your edits stay')
      .argument('<CAPABILITY...>', 'ids, as scaffold list shows them')
      .option(
        '--set <CAP.KEY=VALUE>',
        'a setting; may be repeated (npx meshwright info CAPABILITY lists them)',
        (value: string, all: readonly string[] | undefined) => [...(all ?? []), value],
      ),
  ).action(
    (ids: readonly string[], options: ChangeOptions & { readonly set?: readonly string[] }) => {
      choose({
        name: 'add',
        json: options.json === true,
        execute: async (host) =>
          await (
            await import('./add.js')
          ).addCapability(ids, { ...options, set: options.set ?? [] }, host),
      });
    },
  );
  withChangeOptions(
    parent
      .command('upstream')
      .description('add a service that this one calls')
      .argument('<NAME=URL>', 'a name, and the full address in the cluster'),
  ).action((upstream: string, options: ChangeOptions) => {
    choose({
      name: 'add',
      json: options.json === true,
      execute: async (host) =>
        await (await import('./add.js')).addNamedUpstream(upstream, options, host),
    });
  });
}

function addRemove(parent: Command, choose: Choose): void {
  withChangeOptions(
    parent
      .command('capability')
      .description('remove capabilities with their wiring; your edits stay')
      .argument('<CAPABILITY...>', 'ids, as scaffold.yaml lists them'),
  ).action((ids: readonly string[], options: ChangeOptions) => {
    choose({
      name: 'remove',
      json: options.json === true,
      execute: async (host) =>
        await (await import('./remove.js')).removeCapability(ids, options, host),
    });
  });
  withChangeOptions(
    parent
      .command('upstream')
      .description('remove an upstream')
      .argument('<UPSTREAM>', 'its name in scaffold.yaml'),
  ).action((name: string, options: ChangeOptions) => {
    choose({
      name: 'remove',
      json: options.json === true,
      execute: async (host) =>
        await (await import('./remove.js')).removeNamedUpstream(name, options, host),
    });
  });
}

type UpdateOptions = ChangeOptions & {
  readonly continue: boolean;
  readonly abort: boolean;
  readonly rebuildLock: boolean;
  readonly restore?: readonly string[];
};

function addUpdate(program: Command, choose: Choose): void {
  withChangeOptions(
    program
      .command('update')
      .description('bring a service to its scaffold.yaml and to this template version')
      .addOption(
        new Option('--continue', 'go on once conflicts are resolved')
          .conflicts('abort')
          .default(false),
      )
      .addOption(new Option('--abort', 'restore every file as it was before').default(false))
      .addOption(
        new Option(
          '--rebuild-lock',
          'recompute a lost or damaged .scaffold/lock.json, no other file',
        )
          .conflicts(['abort', 'continue'])
          .default(false),
      )
      .addOption(
        new Option('--restore <PATH...>', 'write files as they were generated, no other').conflicts(
          ['abort', 'continue', 'rebuildLock'],
        ),
      ),
  ).action((options: UpdateOptions) => {
    choose({
      name: 'update',
      json: options.json === true,
      execute: async (host) => await (await import('./update.js')).update(options, host),
    });
  });
}

type DriftOptions = {
  readonly strict: boolean;
  readonly env?: string;
  readonly jobs?: number;
  readonly format: DriftFormat;
  readonly includeSuppressed: boolean;
  readonly json?: boolean;
};

function addDrift(program: Command, choose: Choose): void {
  program
    .command('drift')
    .description('tell whether services still match what they were generated from')
    .argument('[PATH...]', 'folders of services (default: this one)')
    .option('--strict', 'count every edit of a generated file as drift', false)
    .option('--env <NAME>', 'look only at what is deployed to an environment')
    .option('--jobs <N>', 'processes at the same time (default: by the number of repos)', parseJobs)
    .addOption(
      new Option('--format <FORMAT>', 'how to report').choices(driftFormats).default('text'),
    )
    .option(
      '--include-suppressed',
      'with --format sarif: keep accepted differences, marked as suppressed (GitHub would open alerts for them)',
      false,
    )
    .addOption(new Option('--json', 'short for --format json'))
    .action((paths: readonly string[], { json, ...options }: DriftOptions) => {
      choose({
        name: 'drift',
        json: json === true || options.format === 'json',
        execute: async (host) => await (await import('./drift.js')).drift(paths, options, host),
      });
    });
}

/** @throws InvalidArgumentError, which commander reports with the option */
function parseJobs(text: string): number {
  if (!/^[1-9]\d{0,2}$/.test(text)) {
    throw new InvalidArgumentError('It must be a whole number from 1 to 999.');
  }
  return Number(text);
}

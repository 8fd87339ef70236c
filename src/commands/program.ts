import { Command, Help, Option } from 'commander';

import type { Host } from '../io/host.js';
import type { Outcome } from './outcome.js';
import { addCheckCommands } from './program-check.js';
import { addRepoCommands } from './program-repo.js';
import { addToolCommands } from './program-tool.js';

/** What argv asks for. `execute` loads the command's own code. */
export type Invocation = {
  /** Name in JSON documents. */
  readonly name: string;
  readonly json: boolean;
  readonly execute: (host: Host) => Promise<Outcome>;
};

type Choose = (invocation: Invocation) => void;

/**
 * Every command with its options. Nothing runs here: the chosen command is handed to `choose`.
 * Help, completion and the reference are made from this tree.
 */
export function buildProgram(choose: Choose): Command {
  const program = new Command('scaffold')
    .description(
      'Makes services whose in-process resilience and mesh policy come from one declaration, and proves what it made.',
    )
    .usage('COMMAND [options]')
    .option('-V, --version', 'print the version')
    .helpOption('-h, --help', 'show help; on a command, its options')
    .helpCommand('help [COMMAND...]', 'show help')
    .configureHelp({ optionDescription: describeOption })
    .showSuggestionAfterError(true);

  const create = program
    .command('new')
    .helpCommand(false)
    .description('make something new')
    .usage('service NAME [options]');
  addNewService(create, choose);
  addQueries(program, choose);
  addRepoCommands(program, choose);
  addToolCommands(program, choose);
  addCheckCommands(program, choose);
  addChecks(program, choose);
  return program;
}

/** That a switch is off until it is given goes without saying. */
function describeOption(option: Option): string {
  return option.defaultValue === false ? option.description : new Help().optionDescription(option);
}

const jsonOption = () => new Option('--json', 'print one JSON document instead of text');

function addNewService(parent: Command, choose: Choose): void {
  parent
    .command('service')
    .description('make a service: code, tests, manifests, and the proof that they work')
    .argument('[NAME]', 'a DNS label: lower-case letters, digits and "-"')
    .option(
      '--language <LANGUAGE>',
      'language of the code (default: the first whose tools are here)',
    )
    .option(
      '--with <CAPABILITIES>',
      'capabilities, separated by commas; may be repeated',
      collectWords,
    )
    .addOption(new Option('--all', 'every capability').conflicts('with'))
    .option('--module <PATH>', 'what the module or package is called, as the language writes it')
    .option('--transport <TRANSPORT>', 'how the service is called: http or grpc (default: http)')
    .option('--dir <PATH>', 'folder to write to (default: ./NAME)')
    .option('--upstream <NAME=URL>', 'a service that it calls, or none; may be repeated', collect)
    .option(
      '--set <CAP.KEY=VALUE>',
      'a setting; may be repeated (npx meshwright info CAPABILITY lists them)',
      collect,
    )
    .option('--yes', 'ask nothing, take the defaults', false)
    .option('--dry-run', 'show what would be written, and write nothing', false)
    .option('--no-verify', 'do not run the tests of what was made')
    .option('--print-workflow', 'print the CI workflow for the top of the repository, too', false)
    .addOption(jsonOption())
    .action((name: string | undefined, options: NewServiceFlags) => {
      choose({
        name: 'new',
        json: options.json === true,
        execute: async (host) =>
          await (await import('./new-service.js')).newService({ ...options, name }, host),
      });
    });
}

/** As commander hands them over. */
type NewServiceFlags = {
  readonly language?: string;
  readonly with?: readonly string[];
  readonly all?: boolean;
  readonly module?: string;
  readonly transport?: string;
  readonly dir?: string;
  readonly upstream?: readonly string[];
  readonly set?: readonly string[];
  readonly yes: boolean;
  readonly dryRun: boolean;
  readonly verify: boolean;
  readonly printWorkflow: boolean;
  readonly json?: boolean;
};

type JsonFlag = { readonly json?: boolean };

function addQueries(program: Command, choose: Choose): void {
  program
    .command('list')
    .description('list the capabilities')
    .addOption(jsonOption())
    .action(({ json }: JsonFlag) => {
      choose({
        name: 'list',
        json: json === true,
        execute: async (host) => (await import('./queries.js')).list(host),
      });
    });
  program
    .command('info')
    .description('show what a capability does in each layer, and its settings')
    .argument('CAPABILITY', 'its id, as scaffold list shows it')
    .addOption(jsonOption())
    .action((id: string, { json }: JsonFlag) => {
      choose({
        name: 'info',
        json: json === true,
        execute: async (host) => (await import('./queries.js')).info(id, host),
      });
    });
  program
    .command('schema')
    .description('print the JSON Schema of scaffold.yaml')
    .addOption(jsonOption())
    .action(({ json }: JsonFlag) => {
      choose({
        name: 'schema',
        json: json === true,
        execute: async (host) => (await import('./queries.js')).schema(host),
      });
    });
  program
    .command('workflow')
    .description('print the CI workflow of a service for the top of its repository')
    .addOption(jsonOption())
    .action(({ json }: JsonFlag) => {
      choose({
        name: 'workflow',
        json: json === true,
        execute: async (host) => await (await import('./workflow.js')).workflow(host),
      });
    });
  program
    .command('completion')
    .description('print a completion script for a shell')
    .addArgument(new Command().createArgument('SHELL').choices(['bash', 'zsh', 'fish']))
    .addOption(jsonOption())
    .action((shell: 'bash' | 'zsh' | 'fish', { json }: JsonFlag) => {
      choose({
        name: 'completion',
        json: json === true,
        execute: async () => (await import('./queries.js')).completion(shell),
      });
    });
  program
    .command('__complete', { hidden: true })
    .argument('[WORDS...]')
    .allowUnknownOption()
    .helpOption(false)
    .action((words: readonly string[]) => {
      choose({
        name: 'complete',
        json: false,
        execute: async (host) => await (await import('./queries.js')).complete(words, host),
      });
    });
}

function addChecks(program: Command, choose: Choose): void {
  program
    .command('verify')
    .description("run the service's own tests and validate its manifests")
    .argument('[PATH]', 'folder of the service', '.')
    .option('--race', 'look for data races too, where the language has a detector', false)
    .addOption(jsonOption())
    .action((path: string, { race, json }: JsonFlag & { readonly race: boolean }) => {
      choose({
        name: 'verify',
        json: json === true,
        execute: async (host) => await (await import('./verify.js')).verify({ path, race }, host),
      });
    });
  program
    .command('doctor')
    .description('show which tools are here, which are missing, and what the manifests ask for')
    .addOption(jsonOption())
    .action(({ json }: JsonFlag) => {
      choose({
        name: 'doctor',
        json: json === true,
        execute: async (host) => await (await import('./doctor.js')).doctor(host),
      });
    });
}

function collect(value: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, value];
}

function collectWords(value: string, previous: readonly string[] = []): readonly string[] {
  const words = value.split(',').map((word) => word.trim());
  return [...previous, ...words.filter((word) => word !== '')];
}

import { Option, type Command } from 'commander';

import type { Invocation } from './program.js';

type PinOptions = {
  readonly npm?: string;
  readonly release?: string;
  readonly tarball?: string;
  readonly git?: string;
  readonly commit?: string;
  readonly path?: string;
  readonly dryRun: boolean;
  readonly allowDirty: boolean;
  readonly json?: boolean;
};

/** The commands about this tool itself: tool pin. */
export function addToolCommands(program: Command, choose: (invocation: Invocation) => void): void {
  const sources = ['npm', 'tarball', 'git', 'path'];
  const source = (flags: string, name: string, description: string) =>
    new Option(flags, description).conflicts(sources.filter((other) => other !== name));
  program
    .command('tool')
    .helpCommand(false)
    .description('say where CI gets this tool from')
    .usage('pin [options]')
    .command('pin')
    .description('pin the tool that CI runs, by its sha512 or its commit, in scaffold.yaml')
    .addOption(
      source('--npm <NAME>', 'npm', 'an npm package (default: meshwright, from your registry)'),
    )
    .addOption(
      new Option(
        '--release <VERSION>',
        'its exact version (default: the version of this tool)',
      ).conflicts(['tarball', 'git', 'path']),
    )
    .addOption(source('--tarball <URL>', 'tarball', 'a package to download'))
    .addOption(source('--git <URL>', 'git', 'a git repository; CI builds it and runs its build'))
    .addOption(
      new Option('--commit <ID>', 'full id of the commit, with --git').conflicts([
        'npm',
        'tarball',
        'path',
      ]),
    )
    .addOption(source('--path <FILE>', 'path', 'a package that is committed to this repository'))
    .option('--dry-run', 'show what would change as a diff, and write nothing', false)
    .option('--allow-dirty', 'merge into files with edits that are not committed', false)
    .addOption(new Option('--json', 'print one JSON document instead of text'))
    .action((options: PinOptions) => {
      choose({
        name: 'tool',
        json: options.json === true,
        execute: async (host) => await (await import('./tool-pin.js')).pinTool(options, host),
      });
    });
}

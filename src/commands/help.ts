import type { Command } from 'commander';

import type { Catalog } from '../model/catalog.js';
import { formatTable } from '../report/layout.js';
import { listSettings } from '../report/setting-rows.js';
import { serviceKeys, serviceSettings } from '../stages/service-settings.js';

/**
 * Adds to the help of each command the words that its arguments and options take: languages, capabilities. The
 * settings with their defaults, which are many, are in the help of the tool only.
 */
export function addReference(program: Command, catalog: Catalog): void {
  visit(program, (command) => {
    command.addHelpText('after', () => {
      const columns = program.configureOutput().getOutHelpWidth?.() ?? 80;
      const parts = command === program ? everything(catalog) : wordsOf(command, catalog);
      return parts.flatMap((part) => ['', part(columns)]).join('\n');
    });
  });
}

type Part = (columns: number) => string;

function visit(command: Command, act: (command: Command) => void): void {
  act(command);
  for (const child of command.commands) visit(child, act);
}

function everything(catalog: Catalog): Part[] {
  return [languagesOf(catalog), capabilitiesOf(catalog), settingsOf(catalog)];
}

function wordsOf(command: Command, catalog: Catalog): Part[] {
  const has = (name: string): boolean => command.options.some(({ long }) => long === name);
  const takesCapabilities = command.registeredArguments.some(
    (argument) => argument.name() === 'CAPABILITY',
  );
  return [
    ...(has('--language') ? [languagesOf(catalog)] : []),
    ...(has('--with') || takesCapabilities ? [capabilitiesOf(catalog)] : []),
    ...(has('--set') ? [whereSettingsAre] : []),
  ];
}

const whereSettingsAre: Part = () =>
  [
    'Settings (--set):',
    '  npx meshwright info CAPABILITY  those of one, explained',
    '  npx meshwright --help           all, with their defaults',
  ].join('\n');

function languagesOf({ languages }: Catalog): Part {
  const rows = [...languages]
    .sort((a, b) => a.preference - b.preference)
    .map(({ language, module }) => [language, module.doc]);
  return (columns) =>
    `Languages (--language), and what --module is in each:\n${formatTable(rows, { columns })}`;
}

function capabilitiesOf({ capabilities }: Catalog): Part {
  const rows = inOrder(capabilities).map(({ id, summary }) => [id, summary]);
  return (columns) => `Capabilities (--with):\n${formatTable(rows, { columns })}`;
}

function settingsOf({ capabilities }: Catalog): Part {
  const rows = [
    ...serviceKeys.map((key) => [`service.${key}`, serviceSettings[key].default]),
    ...inOrder(capabilities).flatMap((manifest) =>
      listSettings(manifest).map((row) => [
        `${manifest.id}.${row.key}`,
        row.default === '' ? '(none)' : row.default,
      ]),
    ),
  ];
  return (columns) =>
    `Settings and their defaults (--set; npx meshwright info CAPABILITY explains them):\n${formatTable(rows, { columns })}`;
}

function inOrder(capabilities: Catalog['capabilities']): Catalog['capabilities'] {
  return [...capabilities].sort((a, b) => a.order - b.order);
}

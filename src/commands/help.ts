import type { Command } from 'commander';

import type { Catalog } from '../model/catalog.js';
import { formatTable } from '../report/layout.js';
import { listSettings } from '../report/setting-rows.js';
import { serviceKeys, serviceSettings } from '../stages/service-settings.js';

/** Adds every capability and every setting with its default to the help of the tool and of `new service`. */
export function addReference(program: Command, catalog: Catalog): void {
  const commands = [program, ...program.commands.flatMap(({ commands: inner }) => inner)];
  for (const command of commands) {
    command.addHelpText('after', () => {
      const columns = program.configureOutput().getOutHelpWidth?.() ?? 80;
      return formatReference(catalog, columns);
    });
  }
}

function formatReference(catalog: Catalog, columns: number): string {
  const capabilities = [...catalog.capabilities].sort((a, b) => a.order - b.order);
  const settings = [
    ...serviceKeys.map((key) => [`service.${key}`, serviceSettings[key].default]),
    ...capabilities.flatMap((manifest) =>
      listSettings(manifest).map((row) => [
        `${manifest.id}.${row.key}`,
        row.default === '' ? '(none)' : row.default,
      ]),
    ),
  ];
  const languages = [...catalog.languages].sort((a, b) => a.preference - b.preference);
  return [
    '',
    'Languages (--language), and what --module is in each:',
    formatTable(
      languages.map(({ language, module }) => [language, module.doc]),
      { columns },
    ),
    '',
    'Capabilities (--with):',
    formatTable(
      capabilities.map(({ id, summary }) => [id, summary]),
      { columns },
    ),
    '',
    'Settings and their defaults (--set; npx meshwright info CAPABILITY explains them):',
    formatTable(settings, { columns }),
  ].join('\n');
}

import type { Command } from 'commander';

import type { Host } from '../io/host.js';
import type { Catalog } from '../model/catalog.js';
import { findNameProblem, suggestName } from '../model/names.js';
import { suggest } from '../model/suggest.js';

/**
 * What is meant by a word that is no command, below one that has commands: `new orders` is `new service orders`,
 * `add jwt` is `add capability jwt`.
 *
 * @returns ` Did you mean new service orders?`, the tail of a message; empty where nothing fits
 */
export function meantCommand(word: string, parent: Command, host: Host): string {
  const [only, ...others] = parent.commands;
  for (const child of parent.commands) {
    const argument = child.registeredArguments[0]?.name() ?? '';
    const value = readers[argument]?.(word, () => host.loadCatalog());
    const isSure = argument !== 'NAME' || (child === only && others.length === 0);
    if (value !== undefined && isSure) {
      return ` Did you mean ${parent.name()} ${child.name()} ${value}?`;
    }
  }
  return '';
}

/** By the name of an argument: the value that a word stands for, if it is one. */
const readers: Readonly<
  Record<string, (word: string, catalog: () => Catalog) => string | undefined>
> = {
  NAME: (word) => (findNameProblem(word) === undefined ? word : suggestName(word) || undefined),
  CAPABILITY: (word, catalog) =>
    suggest(
      word,
      catalog().capabilities.map(({ id }) => id),
    ),
  'NAME=URL': (word) => (/^[a-z][a-z0-9-]*=\S+$/.test(word) ? word : undefined),
};

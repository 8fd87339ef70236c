import type { Catalog } from '../model/catalog.js';
import { inputError, type ToolError } from '../model/errors.js';
import { suggest } from '../model/suggest.js';
import { quote } from '../model/text.js';

/** ` Did you mean go?`, the tail of a message about a word that names no language; nothing where none is near. */
export function suggestLanguage(word: string, { languages }: Pick<Catalog, 'languages'>): string {
  const names = new Map(
    languages.flatMap(({ language, aliases }) =>
      [language, ...aliases].map((name) => [name, language] as const),
    ),
  );
  const near = names.has(word.toLowerCase()) ? word.toLowerCase() : suggest(word, names.keys());
  return near === undefined ? '' : ` Did you mean ${names.get(near) ?? near}?`;
}

/** `unknown-language` (exit 2), with what may be meant and all that there are. */
export function unknownLanguage(word: string, catalog: Pick<Catalog, 'languages'>): ToolError {
  return inputError(
    'unknown-language',
    `there is no language ${quote(word)}.${suggestLanguage(word, catalog)}`,
    `Languages: ${catalog.languages.map(({ language }) => language).join(', ')}.`,
  );
}

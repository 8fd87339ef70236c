import { dirname } from 'node:path/posix';

import type { TemplateManifest } from '../model/manifest.js';

const FORMS: Readonly<Record<string, string>> = {
  goName: '{pascal}',
  camelName: '{camel}',
  constName: '{constant}',
};

/**
 * Reads from a language's templates which names they declare for an upstream, folder by folder.
 *
 * @param sources template key to Handlebars source
 * @returns `[['{pascal}Client', 'New{pascal}'], …]`; folders with one such name are left out
 */
export function findIdentifiers(
  { language, declares }: TemplateManifest,
  sources: ReadonlyMap<string, string>,
): readonly (readonly string[])[] {
  if (declares === undefined) return [];
  const folders = new Map<string, Set<string>>();
  for (const [key, source] of sources) {
    const words = key.split('/');
    const at = words.indexOf(language);
    if (at === -1 || at > 1) continue;
    const folder = dirname(words.slice(at + 1).join('/'));
    for (const [, name = ''] of source.matchAll(new RegExp(declares, 'gm'))) {
      const form = name.replaceAll(
        /\{\{(?:upstream\.)?(\w+)\}\}/g,
        (_, value: string) => FORMS[value] ?? '',
      );
      if (form === name) continue;
      folders.set(folder, (folders.get(folder) ?? new Set()).add(form));
    }
  }
  return [...folders.values()].filter(({ size }) => size > 1).map((forms) => [...forms].sort());
}

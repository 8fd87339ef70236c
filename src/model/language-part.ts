import { z } from 'zod';

import { contribution, file, type CapabilityManifest } from './manifest.js';

const versions = z.record(z.string(), z.string()).default({});

/** `capabilities/<id>/<language>/files.yaml`: what a capability has in one language. */
export const languagePartSchema = z.strictObject({
  /** Exact versions. */
  dependencies: versions,
  devDependencies: versions,
  /** Templates are paths from the folder of the language. */
  files: z.array(file).default([]),
  slots: z
    .array(
      contribution.refine(({ language }) => language === undefined, {
        error: 'the folder says which language it is',
      }),
    )
    .default([]),
});
export type LanguagePart = z.infer<typeof languagePartSchema>;

/** The whole manifest: what holds for every language first, then languages by name. */
export function withLanguageParts(
  manifest: CapabilityManifest,
  parts: ReadonlyMap<string, LanguagePart>,
): CapabilityManifest {
  const all = [...parts];
  const versionsOf = (kind: 'dependencies' | 'devDependencies') =>
    Object.fromEntries(
      all.flatMap(([language, part]) =>
        Object.keys(part[kind]).length === 0 ? [] : [[language, part[kind]] as const],
      ),
    );
  return {
    ...manifest,
    dependencies: versionsOf('dependencies'),
    devDependencies: versionsOf('devDependencies'),
    files: [
      ...manifest.files,
      ...all.flatMap(([language, { files }]) =>
        files.map((entry) => ({ ...entry, template: `${language}/${entry.template}` })),
      ),
    ],
    slots: [
      ...manifest.slots,
      ...all.flatMap(([language, { slots }]) =>
        slots.map(({ template, ...entry }) => ({
          ...entry,
          language,
          ...(template !== undefined && { template: `${language}/${template}` }),
        })),
      ),
    ],
  };
}

/** What of capability.yaml belongs into the folder of a language; undefined where nothing does. */
export function misplacedPart(
  { files, slots, dependencies, devDependencies }: CapabilityManifest,
  languages: readonly string[],
): { readonly language: string; readonly what: string } | undefined {
  const ofTemplate = (template = '') => languages.find((name) => template.startsWith(`${name}/`));
  const [misplaced] = [
    ...files.map(({ path, template }) => ({ language: ofTemplate(template), what: path })),
    ...slots.map(({ slot, language, template }) => ({
      language: language ?? ofTemplate(template),
      what: `the slot ${slot}`,
    })),
    ...[dependencies, devDependencies].flatMap((all) =>
      Object.keys(all).map((language) => ({ language, what: 'dependencies' })),
    ),
  ].flatMap(({ language, what }) => (language === undefined ? [] : [{ language, what }]));
  return misplaced;
}

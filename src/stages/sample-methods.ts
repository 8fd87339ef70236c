import type { Catalog } from '../model/catalog.js';
import type { TemplateManifest } from '../model/manifest.js';
import { findScheme } from '../transports/transports.js';

export type SampleMethods = TemplateManifest['sampleMethods'][string];

/** The methods of the sample's contract where calls go by a transport; none where methods are always the same. */
export function sampleMethods(
  transport: string,
  language: string,
  { languages }: Catalog,
): SampleMethods {
  const template = languages.find((candidate) => candidate.language === language);
  return template?.sampleMethods[transport] ?? [];
}

/** Those that the sample calls at a URL. */
export function calledMethods(url: string, language: string, catalog: Catalog): SampleMethods {
  const scheme = findScheme(/^[a-z]+/.exec(url)?.[0] ?? '');
  return scheme === undefined ? [] : sampleMethods(scheme.transport.id, language, catalog);
}

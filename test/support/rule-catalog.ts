import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { parse } from 'yaml';

import type { Catalog } from '../../src/model/catalog.js';
import { catalogOf } from './catalog-of.js';

const folder = fileURLToPath(new URL('../rules/catalog', import.meta.url));

/** Capabilities made for the rules' examples. Their ids are not those of the package: rules read kinds. */
export function ruleCatalog(): Catalog {
  const manifests = readdirSync(folder)
    .map((name) => parse(readFileSync(join(folder, name), 'utf8')) as { id: string })
    .map((capability) => [capability.id, { capability }] as const);
  return catalogOf(Object.fromEntries(manifests));
}

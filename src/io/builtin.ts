import { fileURLToPath } from 'node:url';

import type { Catalog } from '../model/catalog.js';
import { readCatalog } from './catalog.js';

/** Folder of this package: it holds templates/ and capabilities/. */
const packageRoot = fileURLToPath(new URL('../../', import.meta.url));

/**
 * The capabilities and templates that this package ships. scripts/build.mjs replaces this module
 * by a precompiled one, since compiling templates at run time would cost ten Node starts.
 */
export function loadBuiltinCatalog(): Catalog {
  return readCatalog(packageRoot);
}

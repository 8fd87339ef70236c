import type { ManifestFile } from '../manifests/manifest-file.js';
import { validateFiles, type Validation } from '../manifests/validate.js';
import { kinds } from './found/kinds.js';

/** `validateFiles` with every kind that a mesh knows. */
export function validateManifests(files: readonly ManifestFile[]): Validation {
  return validateFiles(files, kinds);
}

import { parseManifests } from '../manifests/parse-manifests.js';
import { findPatches } from '../manifests/patches.js';
import type { ManifestFile } from '../manifests/manifest-file.js';

/**
 * The files that hold whole objects of one deployment, by path: no kustomizations, which are no objects,
 * and no overlays, whose patches are parts of objects.
 */
export function deployedFiles(files: readonly ManifestFile[]): readonly string[] {
  const parsed = files.map((file) => ({ ...file, ...parseManifests(file) }));
  const patches = findPatches(parsed.flatMap(({ manifests }) => manifests));
  return parsed
    .filter(({ path, manifests }) => {
      const isObject = manifests.every(
        ({ value }) => (value as { kind?: unknown } | undefined)?.kind !== 'Kustomization',
      );
      return isObject && !patches.has(path) && !path.startsWith('deploy/overlays/');
    })
    .map(({ path }) => path);
}

import type { Catalog } from '../model/catalog.js';
import { inputError } from '../model/errors.js';
import type { CapabilityManifest } from '../model/manifest.js';
import type { RawRequest } from '../model/request.js';
import { quote } from '../model/text.js';
import { meshName } from './mesh-intent.js';
import { fillSettings } from './settings.js';

/**
 * Refuses settings that only another mesh knows, and an environment in another mesh: what either asks for would
 * silently not be there.
 *
 * @param written the request with the overrides of the environment, if there is one
 * @throws ToolError `setting-of-other-mesh`, `environment-in-other-mesh` (exit 2)
 */
export function refuseOtherMesh(
  { raw, written }: { readonly raw: RawRequest; readonly written: RawRequest },
  chosen: readonly CapabilityManifest[],
  { meshes, environment }: Pick<Catalog, 'meshes'> & { readonly environment: string | undefined },
): void {
  const naming = chosen.flatMap(({ id, controls }) => {
    const key = controls.find(({ kind }) => kind === 'meshIdentity')?.values['mesh'];
    return key === undefined ? [] : [`${id}.${key}`];
  })[0];
  if (naming === undefined) return;
  const mesh = meshOfRaw(written, chosen);
  const usual = meshOfRaw(raw, chosen);
  if (mesh !== usual) {
    throw inputError(
      'environment-in-other-mesh',
      `the environment ${quote(environment ?? '')} sets ${naming} to ${quote(mesh ?? '')}, and the service is for ${quote(usual ?? '')}.`,
      `All environments of a service are in one mesh: remove ${naming} from the environment.`,
    );
  }
  const titleOf = (id: string | undefined): string =>
    meshes.find((each) => each.id === id)?.title ?? quote(id ?? '');
  for (const { id, settings } of chosen) {
    for (const key of Object.keys(written.capabilities[id] ?? {})) {
      const setting = settings[key];
      if (setting === undefined || setting.type === 'object') continue;
      if (setting.mesh === undefined || setting.mesh === mesh) continue;
      throw inputError(
        'setting-of-other-mesh',
        `${id}.${key} is a setting of ${titleOf(setting.mesh)}, and the service is for ${titleOf(mesh)}.`,
        `Remove ${id}.${key}, or set ${naming} to ${setting.mesh}.`,
      );
    }
  }
}

function meshOfRaw(
  { capabilities }: RawRequest,
  chosen: readonly CapabilityManifest[],
): string | undefined {
  const filled = chosen.map(
    (manifest) =>
      [manifest.id, fillSettings(manifest, capabilities[manifest.id] ?? {}, undefined)] as const,
  );
  return meshName({ capabilities: new Map(filled) }, chosen);
}

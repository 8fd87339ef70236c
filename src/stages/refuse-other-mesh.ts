import type { Catalog } from '../model/catalog.js';
import { inputError } from '../model/errors.js';
import type { CapabilityManifest } from '../model/manifest.js';
import type { RawRequest } from '../model/request.js';
import { quote } from '../model/text.js';
import { meshName } from './mesh-intent.js';
import { fillSettings } from './settings.js';

/**
 * Refuses settings that only another mesh knows, and an environment in another mesh or with another value of a setting
 * that holds for all of them: what either asks for would silently not be there.
 *
 * @param written the request with the overrides of the environment, if there is one
 * @throws ToolError `setting-of-other-mesh`, `environment-in-other-mesh`, `environment-differs` (exit 2)
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
  refuseDifferences({ raw, written }, chosen, environment);
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

/** Settings that shape the whole service are one for all of its environments. */
function refuseDifferences(
  { raw, written }: { readonly raw: RawRequest; readonly written: RawRequest },
  chosen: readonly CapabilityManifest[],
  environment: string | undefined,
): void {
  for (const manifest of chosen) {
    for (const [key, setting] of Object.entries(manifest.settings)) {
      if (setting.type === 'object' || setting.sameEverywhere !== true) continue;
      const [usual, here] = [raw, written].map(
        ({ capabilities }) =>
          fillSettings(manifest, capabilities[manifest.id] ?? {}, undefined)[key],
      );
      if (JSON.stringify(usual) === JSON.stringify(here)) continue;
      throw inputError(
        'environment-differs',
        `the environment ${quote(environment ?? '')} sets ${manifest.id}.${key} to ${JSON.stringify(here)}, and the service to ${JSON.stringify(usual)}.`,
        `It is one for all environments of a service: remove ${manifest.id}.${key} from the environment, or set it under capabilities.`,
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

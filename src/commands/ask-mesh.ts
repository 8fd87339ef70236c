import type { Prompts } from '../io/prompts.js';
import type { Catalog } from '../model/catalog.js';
import { parseAssignment } from '../stages/parse-assignment.js';

/**
 * Asks for which mesh a service is made, where a chosen capability leaves that open and there is a choice.
 *
 * @param set assignments that were given
 * @returns the assignment that names it; nothing where it is set already, or the usual one
 */
export async function askMesh(
  set: readonly string[],
  capabilities: readonly string[],
  { catalog, prompts }: { readonly catalog: Catalog; readonly prompts: Prompts },
): Promise<readonly string[]> {
  for (const { id, controls, settings } of catalog.capabilities) {
    const key = controls.find(({ kind }) => kind === 'meshIdentity')?.values['mesh'];
    const setting = key === undefined ? undefined : settings[key];
    if (!capabilities.includes(id) || setting?.type !== 'enum') continue;
    const isSet = set
      .map((text) => parseAssignment(text, catalog))
      .some(({ section, path }) => section === id && path[0] === key);
    const choices = catalog.meshes.filter((mesh) => setting.values.includes(mesh.id));
    if (isSet || choices.length < 2) continue;
    const usual = setting.default ?? choices[0]?.id ?? '';
    const chosen = await prompts.askOne({
      message: 'Mesh',
      choices: choices.map((mesh) => ({ value: mesh.id, label: mesh.title })),
      initial: usual,
    });
    return chosen === usual ? [] : [`${id}.${key ?? ''}=${chosen}`];
  }
  return [];
}

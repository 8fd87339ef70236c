import type { Prompts } from '../io/prompts.js';
import type { Catalog } from '../model/catalog.js';
import type { CapabilityManifest } from '../model/manifest.js';
import type { Setting } from '../model/setting.js';
import { parseAssignment } from '../stages/parse-assignment.js';

type Asking = { readonly catalog: Catalog; readonly prompts: Prompts };

/**
 * Asks for which mesh a service is made, where a chosen capability leaves that open and there is a choice, and then how
 * it runs there, where the mesh has several ways that are worth a question.
 *
 * @param set assignments that were given
 * @returns the assignments that say it; nothing where it is set already, or the usual one
 */
export async function askMesh(
  set: readonly string[],
  capabilities: readonly string[],
  { catalog, prompts }: Asking,
): Promise<readonly string[]> {
  const given = set.map((text) => parseAssignment(text, catalog));
  for (const manifest of catalog.capabilities) {
    const { id, controls, settings } = manifest;
    const key = controls.find(({ kind }) => kind === 'meshIdentity')?.values['mesh'];
    const setting = key === undefined ? undefined : settings[key];
    if (!capabilities.includes(id) || setting?.type !== 'enum' || key === undefined) continue;
    const own = given.filter(({ section }) => section === id);
    const named = own.find(({ path }) => path[0] === key);
    const choices = catalog.meshes.filter((mesh) => setting.values.includes(mesh.id));
    if (named !== undefined || choices.length < 2) continue;
    const usual = setting.default ?? choices[0]?.id ?? '';
    const chosen = await prompts.askOne({
      message: 'Mesh',
      choices: choices.map((mesh) => ({ value: mesh.id, label: mesh.title })),
      initial: usual,
    });
    const known = new Set(own.map(({ path }) => path[0]));
    const further = await askShape(manifest, { mesh: chosen, known, prompts });
    return [...(chosen === usual ? [] : [`${id}.${key}=${chosen}`]), ...further];
  }
  return [];
}

/** How the service runs in its mesh, one question for each choice of its own that is worth one. */
async function askShape(
  { id, settings }: CapabilityManifest,
  {
    mesh,
    known,
    prompts,
  }: {
    readonly mesh: string;
    readonly known: ReadonlySet<string | undefined>;
    readonly prompts: Prompts;
  },
): Promise<readonly string[]> {
  const assignments: string[] = [];
  for (const [key, setting] of Object.entries(settings)) {
    if (known.has(key) || !isShape(setting, mesh)) continue;
    const usual = setting.default ?? '';
    const chosen = await prompts.askOne({
      message: inWords(key),
      choices: setting.values.map((value) => ({ value, label: value })),
      initial: usual,
    });
    if (chosen !== usual) assignments.push(`${id}.${key}=${chosen}`);
  }
  return assignments;
}

function isShape(setting: Setting, mesh: string): setting is Extract<Setting, { type: 'enum' }> {
  return setting.type === 'enum' && setting.mesh === mesh && setting.asked === true;
}

/** `dataPlane` as a heading: `Data plane`. */
function inWords(key: string): string {
  const words = key.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

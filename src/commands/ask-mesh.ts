import type { Prompts } from '../io/prompts.js';
import type { Catalog } from '../model/catalog.js';
import type { CapabilityManifest } from '../model/manifest.js';
import type { Setting } from '../model/setting.js';
import { settingValueSchema } from '../model/setting-schema.js';
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
    const told = own.map(({ path, value }) => [path[0] ?? '', value] as const);
    const further = await askShape(manifest, { mesh: chosen, given: told, prompts });
    return [...(chosen === usual ? [] : [`${id}.${key}=${chosen}`]), ...further];
  }
  return [];
}

/** How the service runs in its mesh, one question for each choice of its own that is worth one. */
async function askShape(
  { id, settings }: CapabilityManifest,
  {
    mesh,
    given,
    prompts,
  }: {
    readonly mesh: string;
    readonly given: Iterable<readonly [string, unknown]>;
    readonly prompts: Prompts;
  },
): Promise<readonly string[]> {
  const assignments: string[] = [];
  const answers = new Map(given);
  for (const [key, setting] of Object.entries(settings)) {
    if (answers.has(key) || !isShape(setting, mesh) || !isAsked(setting, { settings, answers }))
      continue;
    const usual = setting.default ?? '';
    const chosen =
      setting.type === 'enum'
        ? await prompts.askOne({
            message: inWords(key),
            choices: setting.values.map((value) => ({ value, label: value })),
            initial: usual,
          })
        : await prompts.askText({
            message: inWords(key),
            initial: usual,
            findProblem: (text) =>
              settingValueSchema(setting).safeParse(text).error?.issues[0]?.message,
          });
    answers.set(key, chosen);
    if (chosen !== usual) assignments.push(`${id}.${key}=${chosen}`);
  }
  return assignments;
}

type Shape = Extract<Setting, { type: 'enum' | 'string' }>;

function isShape(setting: Setting, mesh: string): setting is Shape {
  return (setting.type === 'enum' || setting.type === 'string') && setting.mesh === mesh;
}

/** A question that follows from other answers is asked after them; a flag is an answer, too. */
function isAsked(
  { asked = false }: Shape,
  {
    settings,
    answers,
  }: {
    readonly settings: CapabilityManifest['settings'];
    readonly answers: ReadonlyMap<string, unknown>;
  },
): boolean {
  if (typeof asked === 'boolean') return asked;
  return Object.entries(asked).every(([key, value]) => {
    const setting = settings[key];
    const usual = setting === undefined || setting.type === 'object' ? '' : setting.default;
    return (answers.get(key) ?? usual) === value;
  });
}

/** `dataPlane` as a heading: `Data plane`. */
function inWords(key: string): string {
  const words = key.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

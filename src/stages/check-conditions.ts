import type { Condition } from '../model/condition.js';
import type { CapabilityManifest, TemplateManifest } from '../model/manifest.js';
import type { Setting } from '../model/setting.js';
import { describeAllowed, settingValueSchema } from '../model/setting-schema.js';
import { didYouMean } from '../model/suggest.js';
import { quote } from '../model/text.js';
import { transportIds } from './transport-schema.js';

/** A condition that can never hold as it is written. */
export type ConditionFault = {
  /** Capability or language whose manifest has it. */
  readonly owner: string;
  readonly message: string;
};

type Manifests = {
  readonly capabilities: readonly CapabilityManifest[];
  readonly languages: readonly TemplateManifest[];
  /** Meshes that services can be generated for. */
  readonly meshes: readonly { readonly id: string }[];
};

/** Compares the conditions of manifests with the capabilities, the settings and the values that there are. */
export function checkConditions({
  capabilities,
  languages,
  meshes,
}: Manifests): readonly ConditionFault[] {
  const ids = meshes.map(({ id }) => id);
  const owners = [
    ...languages.map(({ language, files, slots }) => ({
      owner: language,
      conditions: [...files, ...slots].map(({ when }) => when),
    })),
    ...capabilities.map(({ id, files, slots, egress }) => ({
      owner: id,
      conditions: [
        ...[...files, ...slots].map(({ when }) => when),
        ...egress.flatMap((entry) => ('when' in entry ? [entry.when] : [])),
      ],
    })),
  ];
  return owners.flatMap(({ owner, conditions }) =>
    conditions.flatMap((condition) =>
      [
        ...faultsOf(condition, capabilities),
        ...faultsOfMesh(condition, ids),
        ...faultsOfTransports(condition),
      ].map((message) => ({ owner, message })),
    ),
  );
}

function faultsOf(condition: Condition, capabilities: readonly CapabilityManifest[]): string[] {
  const ids = capabilities.map(({ id }) => id);
  const unknown = [...condition.with, ...condition.without]
    .filter((id) => !ids.includes(id))
    .map((id) => `no capability ${quote(id)} for "when".${didYouMean(id, ids)}`);
  if (condition.setting === undefined) return unknown;
  return [...unknown, ...faultsOfSetting(condition.setting, condition, capabilities)];
}

function faultsOfMesh({ mesh }: Condition, meshes: readonly string[]): string[] {
  if (mesh === undefined || meshes.includes(mesh)) return [];
  return [`no mesh ${quote(mesh)} for "when".${didYouMean(mesh, meshes)}`];
}

function faultsOfTransports({ serves, calls, uses }: Condition): string[] {
  return [serves, calls, uses]
    .filter((id) => id !== undefined && !transportIds.includes(id))
    .map((id = '') => `no transport ${quote(id)} for "when".${didYouMean(id, transportIds)}`);
}

function faultsOfSetting(
  path: string,
  { is, above }: Condition,
  capabilities: readonly CapabilityManifest[],
): string[] {
  const paths = new Map(capabilities.flatMap(({ id, settings }) => leavesOf(settings, `${id}.`)));
  const setting = paths.get(path);
  if (setting === undefined) {
    return [`no setting ${quote(path)} for "when".${didYouMean(path, [...paths.keys()])}`];
  }
  if (above !== undefined && setting.type !== 'integer' && setting.type !== 'number') {
    return [`"above" compares numbers, and ${quote(path)} is of the type ${setting.type}.`];
  }
  if (is === undefined) return [];
  if (setting.type === 'duration' || setting.type === 'list') {
    return [`"is" compares words and numbers, and ${quote(path)} is of the type ${setting.type}.`];
  }
  if (settingValueSchema(setting).safeParse(is).success) return [];
  return [`${quote(path)} is never ${quote(String(is))}: it is ${describeAllowed(setting)}.`];
}

function leavesOf(
  settings: Readonly<Record<string, Setting>>,
  prefix: string,
): (readonly [string, Setting])[] {
  return Object.entries(settings).flatMap(([key, setting]) =>
    setting.type === 'object'
      ? leavesOf(setting.settings, `${prefix}${key}.`)
      : [[`${prefix}${key}`, setting] as const],
  );
}

import type { Place, Value } from '../model/control.js';
import type { VariableValues } from '../model/context.js';
import { parseDuration } from '../model/duration.js';
import type { CapabilityManifest, ControlDeclaration } from '../model/manifest.js';
import type { Setting } from '../model/setting.js';
import type { Settings, SettingValue } from '../model/request.js';
import { settingAt } from '../stages/settings.js';
import type { FindDeclared } from './declared-place.js';

/** Everything that decides what the process really gets for a declared setting. */
export type SettingSource = {
  readonly manifest: CapabilityManifest;
  readonly settings: Settings;
  /** The variables of this capability, for one upstream where it has several. */
  readonly variables: readonly VariableValues[];
  /** As the Deployment sets them. */
  readonly environment: ReadonlyMap<string, Value<string>>;
  readonly findDeclared: FindDeclared;
};

/**
 * One field of a control: the variable in the Deployment when it is set there, otherwise what is declared.
 *
 * @returns undefined when the manifest does not name the field, or nothing sets it
 */
export function fieldValue(
  control: ControlDeclaration,
  field: string,
  source: SettingSource,
): Value<SettingValue> | undefined {
  const path = control.values[field];
  if (path === undefined) return undefined;
  const variable = source.variables.find((candidate) => candidate.source.endsWith(`.${path}`));
  const written = variable === undefined ? undefined : source.environment.get(variable.name);
  const setting = settingOf(source.manifest.settings, path.split('.'));
  if (written !== undefined && setting !== undefined) {
    const value = decode(setting, written.value);
    if (value !== undefined) return { ...written, value };
  }
  const value = settingAt(source.settings, path);
  if (value === undefined) return undefined;
  return { value, basis: 'declared', place: placeOf(variable, path, source) };
}

/** Where it is set: at the upstream when it is overridden there, otherwise under the capability. */
function placeOf(variable: VariableValues | undefined, path: string, source: SettingSource) {
  const shared = ['capabilities', source.manifest.id, ...path.split('.')];
  const own =
    variable === undefined || variable.upstream === '' ? undefined : variable.source.split('.');
  return (own && findExactly(own, source.findDeclared)) ?? source.findDeclared(shared);
}

/** The place of a setting that is written there, and not that of what is above it. */
function findExactly(path: readonly string[], find: FindDeclared): Place | undefined {
  const [whole, above] = [find(path), find(path.slice(0, -1))];
  return whole.line !== above.line || whole.column !== above.column ? whole : undefined;
}

function settingOf(
  settings: Readonly<Record<string, Setting>>,
  path: readonly string[],
): Setting | undefined {
  const [key = '', ...rest] = path;
  const setting = settings[key];
  if (rest.length === 0 || setting === undefined) return setting;
  return setting.type === 'object' ? settingOf(setting.settings, rest) : undefined;
}

/** A variable's text as the process reads it: durations with their unit, lists joined by commas. */
function decode(setting: Setting, text: string): SettingValue | undefined {
  switch (setting.type) {
    case 'duration':
      return parseDuration(text);
    case 'integer':
    case 'number':
      return Number.isFinite(Number(text)) && text !== '' ? Number(text) : undefined;
    case 'boolean':
      return text === 'true';
    case 'list':
      return text
        .split(',')
        .map((item) => item.trim())
        .filter((item) => item !== '');
    case 'object':
      return undefined;
    case 'string':
    case 'url':
    case 'host':
    case 'path':
    case 'enum':
      return text;
  }
}

import type { JsonValue } from '../model/json.js';
import type { CapabilityManifest } from '../model/manifest.js';
import type { LeafSetting, Setting } from '../model/setting.js';
import { constantCase } from '../model/names.js';
import { describeAllowed } from '../model/setting-schema.js';

/** One setting as people meet it: in help, in `info`, in the reference. */
export type SettingRow = {
  /** Dotted path below the capability. */
  readonly key: string;
  readonly type: string;
  /** As it stands in scaffold.yaml; empty where there is none. */
  readonly default: string;
  readonly allowed: string;
  readonly doc: string;
  readonly isPlaceholder: boolean;
  /** Environment variable of the process, or empty. */
  readonly variable: string;
};

/** Every setting of a capability that has a value of its own. */
export function listSettings(manifest: CapabilityManifest): readonly SettingRow[] {
  return flatten(manifest.settings, []).map(({ path, setting }) => ({
    key: path.join('.'),
    type: setting.type === 'list' ? `list of ${setting.of.type}` : setting.type,
    default: describeDefault(setting),
    allowed: describeAllowed(setting),
    doc: setting.doc,
    isPlaceholder: setting.placeholder,
    variable: nameVariable(manifest, path, setting),
  }));
}

function flatten(
  settings: Readonly<Record<string, Setting>>,
  above: readonly string[],
): { readonly path: readonly string[]; readonly setting: LeafSetting }[] {
  return Object.entries(settings).flatMap(([key, setting]) => {
    const path = [...above, key];
    return setting.type === 'object' ? flatten(setting.settings, path) : [{ path, setting }];
  });
}

function describeDefault(setting: LeafSetting): string {
  if (setting.default !== undefined) return writeValue(setting.default as JsonValue);
  return setting.derive === undefined ? '' : 'computed';
}

function writeValue(value: JsonValue): string {
  if (Array.isArray(value)) return `[${(value as JsonValue[]).map(writeValue).join(', ')}]`;
  if (typeof value === 'string') return value === '' ? '""' : value;
  return JSON.stringify(value);
}

function nameVariable(
  { id, upstreamKey }: CapabilityManifest,
  path: readonly string[],
  setting: LeafSetting,
): string {
  if (setting.env === false) return '';
  const prefix = upstreamKey === undefined ? '' : 'UPSTREAM_<NAME>_';
  return prefix + (setting.env ?? [id, ...path].map(constantCase).join('_'));
}

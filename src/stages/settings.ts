import { formatDuration, parseDuration } from '../model/duration.js';
import { inputError } from '../model/errors.js';
import type { CapabilityManifest, ControlDeclaration } from '../model/manifest.js';
import type { LeafSetting, Setting } from '../model/setting.js';
import { derivations, MIN_TRY_TIMEOUT } from '../model/policy.js';
import type { RawRequest, RawSettings, Settings, SettingValue } from '../model/request.js';
import { isSettings } from '../model/setting-schema.js';
import { quote } from '../model/text.js';
import { usualTransport } from '../transports/transports.js';

/** What derived defaults of a per-upstream capability may depend on; durations in ms. */
export type UpstreamFacts = {
  readonly name: string;
  readonly callTimeout: number;
  readonly replicas: number;
};

/**
 * Fills the defaults of one capability. Overrides merge deeply, lists are replaced.
 *
 * @param written what was written, the later over the earlier
 * @param upstream absent outside an upstream; derived settings are then left out
 * @throws ToolError `tries-do-not-fit` (exit 2)
 */
export function fillSettings(
  manifest: CapabilityManifest,
  written: RawSettings | readonly RawSettings[],
  upstream: UpstreamFacts | undefined,
): Settings {
  const layers = Array.isArray(written)
    ? (written as readonly RawSettings[])
    : [written as RawSettings];
  const merged = layers.reduce<RawSettings>(mergeSettings, {});
  const filled = fillMap(manifest.settings, merged);
  return upstream === undefined ? filled : derive(manifest, filled, upstream);
}

/** The manifest for one service: `{name}` in a default stands for its name, and some lists are empty over its transport. */
export function nameDefaults(
  manifest: CapabilityManifest,
  { name, transport = usualTransport.id }: RawRequest['service'],
): CapabilityManifest {
  const named = (value: unknown): unknown => {
    if (typeof value === 'string') return value.replaceAll('{name}', name);
    return Array.isArray(value) ? value.map(named) : value;
  };
  const settings = Object.entries(manifest.settings).map(([key, setting]): [string, Setting] => {
    if (setting.type === 'object') return [key, setting];
    const isEmpty = setting.emptyOver?.includes(transport) === true;
    return [key, { ...setting, default: isEmpty ? [] : named(setting.default) } as Setting];
  });
  return { ...manifest, settings: Object.fromEntries(settings) };
}

/** Merges maps deeply; lists and everything else are replaced. */
export function mergeSettings(base: RawSettings, over: RawSettings): RawSettings {
  const merged: Record<string, SettingValue | undefined> = { ...base };
  for (const [key, value] of Object.entries(over)) {
    if (value === undefined) continue;
    const below = merged[key];
    merged[key] =
      isSettings(below) && isSettings(value)
        ? (mergeSettings(below, value) as SettingValue)
        : value;
  }
  return merged;
}

function fillMap(declared: Readonly<Record<string, Setting>>, written: RawSettings): Settings {
  const filled: Record<string, SettingValue> = {};
  for (const [key, setting] of Object.entries(declared)) {
    const value = fillValue(setting, written[key]);
    if (value !== undefined) filled[key] = value;
  }
  return filled;
}

function fillValue(setting: Setting, value: SettingValue | undefined): SettingValue | undefined {
  if (setting.type === 'object') return fillMap(setting.settings, isSettings(value) ? value : {});
  if (setting.type === 'list' && setting.of.type === 'object') {
    const { settings } = setting.of;
    const items = (value ?? setting.default ?? []) as readonly RawSettings[];
    return items.map((item) => fillMap(settings, item));
  }
  if (value !== undefined) return value;
  return defaultValue(setting);
}

/** The default in base units, or undefined when there is none or it is derived. */
export function defaultValue(setting: LeafSetting): SettingValue | undefined {
  if (setting.type === 'duration') {
    return setting.default === undefined ? undefined : parseDuration(setting.default);
  }
  return setting.default as SettingValue | undefined;
}

function derive(manifest: CapabilityManifest, filled: Settings, upstream: UpstreamFacts): Settings {
  const derived: Record<string, SettingValue> = { ...filled };
  for (const [key, setting] of Object.entries(manifest.settings)) {
    if (setting.type === 'object' || setting.derive === undefined || derived[key] !== undefined)
      continue;
    const formula = derivations[setting.derive];
    if (formula === undefined)
      throw new Error(`${manifest.id}.${key}: no derivation ${setting.derive}`);
    const control = manifest.controls.find(({ values }) => Object.values(values).includes(key));
    const values = control === undefined ? {} : numericFields(control, filled);
    const value = formula({
      callTimeout: upstream.callTimeout,
      replicas: upstream.replicas,
      values,
    });
    if (setting.type === 'duration' && value < MIN_TRY_TIMEOUT) {
      throw inputError(
        'tries-do-not-fit',
        `upstream ${quote(upstream.name)}: ${values.tries ?? 1} tries with their pauses do not fit into its timeout of ${formatDuration(upstream.callTimeout)}; each would have ${formatDuration(Math.max(0, value))}.`,
        `Raise the upstream's timeout, or lower ${manifest.id}.attempts for it.`,
      );
    }
    derived[key] = value;
  }
  return derived;
}

/** The numeric fields of a control, taken from settings by its declared paths. */
export function numericFields(
  control: ControlDeclaration,
  settings: Settings,
): Record<string, number> {
  return Object.fromEntries(
    Object.entries(control.values).flatMap(([field, path]) => {
      const value = settingAt(settings, path);
      return typeof value === 'number' ? [[field, value]] : [];
    }),
  );
}

/** The value at a dotted path, such as `backoff.max`. */
export function settingAt(settings: Settings, path: string): SettingValue | undefined {
  return path
    .split('.')
    .reduce<SettingValue | undefined>(
      (value, key) => (isSettings(value) ? value[key] : undefined),
      settings,
    );
}

/** Paths of settings of a capability that hold a value under `.invalid`. */
export function findPlaceholders(manifest: CapabilityManifest, settings: Settings): string[] {
  return Object.entries(manifest.settings).flatMap(([key, setting]) => {
    if (setting.type === 'object' || !setting.placeholder) return [];
    const value = settings[key];
    return typeof value === 'string' && /\.invalid(?:[:/]|$)/.test(value)
      ? [`${manifest.id}.${key}`]
      : [];
  });
}

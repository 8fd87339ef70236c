import type { Catalog } from '../model/catalog.js';
import type { CapabilityManifest, TemplateChange } from '../model/manifest.js';
import type { Setting } from '../model/setting.js';
import type { RawRequest, RawSettings, Resolution, SettingValue } from '../model/request.js';
import { presentValue } from '../model/setting-schema.js';
import { compareVersions } from '../model/version.js';
import { isSettings } from '../model/setting-schema.js';
import { defaultValue, settingAt } from './settings.js';

/** A default that another template version has, where scaffold.yaml leaves it to the template. */
export type ChangedDefault = {
  /** As in scaffold.yaml, such as `retry.budget`. */
  readonly setting: string;
  readonly was: string;
  readonly now: string;
  readonly version: string;
  readonly why: string;
};

export type TemplateChanges = {
  /** By path: what the template gives as reasons for its changes there, oldest first. */
  readonly reasons: ReadonlyMap<string, readonly string[]>;
  readonly defaults: readonly ChangedDefault[];
};

/**
 * What the manifests say about the way from one template version to another, as far as it concerns a service.
 *
 * @param options.recorded version that wrote the repo; the reasons of later ones are told
 * @param options.paths files that the template changed
 */
export function explainTemplate(
  {
    recorded,
    raw,
    resolution: { request },
    paths,
  }: {
    readonly recorded: string;
    readonly raw: RawRequest;
    readonly resolution: Resolution;
    readonly paths: Iterable<string>;
  },
  catalog: Catalog,
): TemplateChanges {
  const isLater = ({ version }: TemplateChange): boolean => compareVersions(version, recorded) > 0;
  const language = catalog.languages.find(
    (template) => template.language === request.service.language,
  );
  const active = catalog.capabilities.filter(({ id }) => request.capabilities.has(id));
  const changes = [language, ...active]
    .flatMap((manifest) => manifest?.changes ?? [])
    .filter(isLater)
    .sort((a, b) => compareVersions(a.version, b.version));
  const files = changes.map(({ why, files: patterns }) => ({
    why,
    pattern: toPattern(patterns, request.service.name),
  }));
  const reasons = new Map(
    [...paths].map((path) => [
      path,
      files.filter(({ pattern }) => pattern.test(path)).map(({ why }) => why),
    ]),
  );
  const defaults = active.flatMap((manifest) =>
    manifest.changes.filter(isLater).flatMap((change) => describeDefault(change, manifest, raw)),
  );
  return { reasons, defaults };
}

/** `*` stands for any part of a name, `{{upstream.name}}` for any upstream. */
export function toPattern(paths: readonly string[], service: string): RegExp {
  const sources = paths.map((path) =>
    path
      .replaceAll('{{service.name}}', service)
      .replaceAll('{{upstream.name}}', '*')
      .replaceAll(/[.+?^$()|[\]\\{}]/g, '\\$&')
      .replaceAll('*', '[^/]*'),
  );
  return new RegExp(`^(?:${sources.join('|') || '(?!)'})$`);
}

function describeDefault(
  { version, why, default: changed }: TemplateChange,
  manifest: CapabilityManifest,
  raw: RawRequest,
): ChangedDefault[] {
  if (changed === undefined || isWritten(changed.setting, manifest, raw)) return [];
  const setting = findSetting(manifest, changed.setting);
  if (setting === undefined || setting.type === 'object') return [];
  const now = defaultValue(setting);
  return [
    {
      setting: `${manifest.id}.${changed.setting}`,
      was: describeValue(changed.was),
      now: now === undefined ? 'derived' : describeValue(presentValue(setting, now)),
      version,
      why,
    },
  ];
}

/** The declaration at a dotted path, such as `backoff.max`. */
export function findSetting({ settings }: CapabilityManifest, path: string): Setting | undefined {
  const [first = '', ...rest] = path.split('.');
  return rest.reduce<Setting | undefined>(
    (setting, key) => (setting?.type === 'object' ? setting.settings[key] : undefined),
    settings[first],
  );
}

/** True when scaffold.yaml says it for the service, or for each upstream. */
function isWritten(
  path: string,
  { id, upstreamKey }: CapabilityManifest,
  { capabilities, upstreams }: RawRequest,
): boolean {
  if (valueAt(capabilities[id], path) !== undefined) return true;
  if (upstreamKey === undefined || upstreams.length === 0) return false;
  return upstreams.every(({ overrides }) => {
    const own = overrides[upstreamKey];
    return own === false || valueAt(own, path) !== undefined;
  });
}

function valueAt(written: RawSettings | undefined, path: string): SettingValue | undefined {
  return isSettings(written as SettingValue | undefined)
    ? settingAt(written as Readonly<Record<string, SettingValue>>, path)
    : undefined;
}

function describeValue(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(describeValue).join(', ')}]`;
  if (typeof value === 'string') return value === '' ? '""' : value;
  return JSON.stringify(value);
}

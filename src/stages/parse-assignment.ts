import type { Catalog } from '../model/catalog.js';
import { inputError, type ToolError } from '../model/errors.js';
import type { JsonValue } from '../model/json.js';
import type { Setting } from '../model/setting.js';
import { describeAllowed, settingValueSchema } from '../model/setting-schema.js';
import { didYouMean } from '../model/suggest.js';
import { quote } from '../model/text.js';
import { readYamlValue } from './parse-yaml.js';
import { unknownCapability } from './resolve.js';
import { isServiceKey, serviceKeys, serviceSettings } from './service-settings.js';
import { suggestSettings } from './suggest-setting.js';

/** A value for one place of scaffold.yaml, as a person would write it there. */
export type Assignment = {
  /** `service`, or a capability. */
  readonly section: string;
  /** Keys below the section. */
  readonly path: readonly string[];
  readonly value: JsonValue;
};

/**
 * Reads `CAP.KEY=VALUE`. Lists are separated by commas or written as YAML, maps as YAML.
 *
 * @throws ToolError `invalid-setting`, `unknown-setting`, `unknown-capability` (exit 2)
 */
export function parseAssignment(text: string, catalog: Catalog): Assignment {
  const equals = text.indexOf('=');
  const [section = '', ...path] = text.slice(0, Math.max(0, equals)).split('.');
  const raw = text.slice(equals + 1);
  if (equals < 0 || section === '' || path.length === 0) {
    const [name, value] = equals < 0 ? [text] : [text.slice(0, equals), raw];
    throw inputError(
      'invalid-setting',
      `--set ${quote(text)} must have the form CAPABILITY.KEY=VALUE.${suggestSettings(name, value, catalog)}`,
      'For example --set retry.attempts=3; npx meshwright info CAPABILITY lists the keys.'.replace(
        'retry.attempts=3',
        exampleSetting(catalog),
      ),
    );
  }
  if (section === 'service') return parseServiceAssignment(path, raw, text);
  const manifest = catalog.capabilities.find(({ id }) => id === section);
  if (manifest === undefined) {
    const meant = suggestSettings([section, ...path].join('.'), raw, catalog);
    throw unknownCapability(
      section,
      ['service', ...catalog.capabilities.map(({ id }) => id)],
      meant,
    );
  }
  const setting = findSetting(manifest.settings, { section, path });
  const value = readValue(setting, raw, `${section}.${path.join('.')}`);
  return { section, path, value };
}

/** The first setting with a plain default, for an example in a message. */
function exampleSetting(catalog: Catalog): string {
  for (const { id, settings } of catalog.capabilities) {
    for (const [key, setting] of Object.entries(settings)) {
      if (setting.type === 'integer' && setting.default !== undefined)
        return `${id}.${key}=${setting.default}`;
    }
  }
  return 'service.port=8081';
}

function parseServiceAssignment(path: readonly string[], raw: string, text: string): Assignment {
  const key = path.join('.');
  if (!isServiceKey(key)) {
    throw inputError(
      'unknown-setting',
      `--set ${quote(text)}: there is no setting service.${key}.${didYouMean(key, serviceKeys)}`,
      `Settings of service: ${serviceKeys.join(', ')}.`,
    );
  }
  const value = /port$/i.test(key) && /^\d+$/.test(raw) ? Number(raw) : raw;
  const problem = serviceSettings[key].schema.safeParse(value).error?.issues[0]?.message;
  if (problem !== undefined) throw invalidValue(`service.${key}`, raw, problem);
  return { section: 'service', path, value };
}

/** The declared setting at a path below a capability. */
function findSetting(
  settings: Readonly<Record<string, Setting>>,
  { section, path }: { readonly section: string; readonly path: readonly string[] },
): Setting {
  let level = settings;
  let found: Setting | undefined;
  for (const [depth, key] of path.entries()) {
    found = Object.hasOwn(level, key) ? level[key] : undefined;
    if (found === undefined) {
      const above = [section, ...path.slice(0, depth)].join('.');
      const known = Object.keys(level);
      throw inputError(
        'unknown-setting',
        `${above} has no setting ${quote(key)}.${didYouMean(key, known)}`,
        known.length === 0
          ? `${above} has no settings.`
          : `Settings of ${above}: ${known.join(', ')}.`,
      );
    }
    level = found.type === 'object' ? found.settings : {};
  }
  if (found === undefined) throw new Error('an assignment has at least one key');
  return found;
}

function readValue(setting: Setting, raw: string, name: string): JsonValue {
  const value = convert(setting, raw, name);
  const checked = settingValueSchema(setting).safeParse(value);
  if (checked.success) return value;
  throw invalidValue(
    name,
    raw,
    checked.error.issues[0]?.message ?? `must be ${describeAllowed(setting)}`,
  );
}

function convert(setting: Setting, raw: string, name: string): JsonValue {
  switch (setting.type) {
    case 'integer':
    case 'number':
      return /^-?\d+(?:\.\d+)?$/.test(raw) ? Number(raw) : raw;
    case 'boolean':
      return raw === 'true' ? true : raw === 'false' ? false : raw;
    case 'list':
      if (/^\s*\[/.test(raw)) return readYaml(raw, name);
      return raw.trim() === ''
        ? []
        : raw.split(',').map((item) => convert(setting.of, item.trim(), name));
    case 'object':
      return readYaml(raw, name);
    case 'string':
    case 'url':
    case 'host':
    case 'path':
    case 'duration':
    case 'enum':
      return raw;
  }
}

function readYaml(raw: string, name: string): JsonValue {
  try {
    return readYamlValue(raw) as JsonValue;
  } catch {
    throw invalidValue(name, raw, 'must be YAML, such as [a, b] or {key: value}');
  }
}

function invalidValue(name: string, raw: string, problem: string): ToolError {
  return inputError(
    'invalid-setting',
    `--set ${name}: ${quote(raw)} ${problem}.`.replace(/\.\.$/, '.'),
  );
}

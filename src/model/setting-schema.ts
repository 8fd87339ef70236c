import * as z from 'zod/mini';

import { formatDuration, parseDuration } from './duration.js';
import type { Setting } from './setting.js';
import type { SettingValue } from './request.js';
import { hasInvisible, isHostName, isRequestPath, parseHttpUrl } from './text.js';

/** The allowed values of a setting in words: the tail of an error and a cell of the reference. */
export function describeAllowed(setting: Setting): string {
  switch (setting.type) {
    case 'string':
      return setting.pattern === undefined
        ? `text of at most ${setting.maxLength} characters`
        : (setting.allowed ?? `text that matches ${setting.pattern}`);
    case 'url':
      return 'an http or https URL with a host name, no credentials, query or fragment';
    case 'host':
      return 'a host name';
    case 'path':
      return 'an exact path such as /healthz, without wildcards';
    case 'integer':
      return `a whole number from ${setting.min} to ${setting.max}${unitOf(setting)}`;
    case 'number':
      return `a number from ${setting.min} to ${setting.max}${unitOf(setting)}`;
    case 'duration':
      return `a duration from ${setting.min} to ${setting.max}, such as 950ms or 2s`;
    case 'boolean':
      return 'true or false';
    case 'enum':
      return `one of ${[
        ...setting.values,
        ...(setting.allowNumbers ? ['an HTTP status from 400 to 599'] : []),
      ].join(', ')}`;
    case 'list':
      return `a${setting.nonEmpty ? ' non-empty' : ''} list, each ${describeAllowed(setting.of)}`;
    case 'object':
      return `a map of ${Object.keys(setting.settings).join(', ')}`;
  }
}

/**
 * The zod schema of what a user may write for a setting. Its output is in base units
 * (durations in ms). Every message says what is allowed.
 */
export function settingValueSchema(setting: Setting): z.ZodMiniType<SettingValue> {
  const error = `must be ${describeAllowed(setting)}`;
  switch (setting.type) {
    case 'string': {
      const pattern = setting.pattern === undefined ? undefined : new RegExp(setting.pattern);
      return z
        .string({ error })
        .check(
          z.refine(
            (text) =>
              text.length <= setting.maxLength &&
              !hasInvisible(text) &&
              (pattern === undefined || pattern.test(text)),
            { error },
          ),
        );
    }
    case 'url':
      return z
        .string({ error })
        .check(z.refine((text) => parseHttpUrl(text) !== undefined, { error }));
    case 'host':
      return z.string({ error }).check(z.refine(isHostName, { error }));
    case 'path':
      return z.string({ error }).check(z.refine(isRequestPath, { error }));
    case 'integer':
      return z.int({ error }).check(z.gte(setting.min, { error }), z.lte(setting.max, { error }));
    case 'number':
      return z
        .number({ error })
        .check(z.gte(setting.min, { error }), z.lte(setting.max, { error }));
    case 'duration':
      return durationSchema(setting.min, setting.max, error);
    case 'boolean':
      return z.boolean({ error });
    case 'enum':
      return z
        .pipe(z.union([z.string(), z.int()], { error }), z.transform(String))
        .check(
          z.refine(
            (word) =>
              setting.values.includes(word) || (setting.allowNumbers && /^[45]\d\d$/.test(word)),
            { error },
          ),
        );
    case 'list':
      return z.array(settingValueSchema(setting.of), { error }).check(
        z.minLength(setting.nonEmpty ? 1 : 0, { error }),
        z.refine(withoutCommas, {
          error: 'must not contain commas: the list reaches the process joined by them',
        }),
      );
    case 'object':
      return settingsSchema(
        setting.settings,
        setting.required,
      ) as unknown as z.ZodMiniType<SettingValue>;
  }
}

/** The schema of a map of settings, each of them optional unless required; unknown keys are refused. */
export function settingsSchema(
  settings: Readonly<Record<string, Setting>>,
  required: readonly string[] = [],
) {
  const shape = Object.fromEntries(
    Object.entries(settings).map(([key, setting]) => {
      const schema = settingValueSchema(setting);
      return [key, required.includes(key) ? schema : z.optional(schema)];
    }),
  );
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'invalid_type'
        ? `must be a map of ${Object.keys(settings).join(', ') || 'no keys'}`
        : undefined,
  });
}

/** A duration within bounds, as milliseconds. */
export function durationSchema(min: string, max: string, error: string) {
  const [low, high] = [parseDuration(min) ?? 0, parseDuration(max) ?? Number.MAX_SAFE_INTEGER];
  return z
    .pipe(
      z.string({ error }),
      z.transform((text) => parseDuration(text) ?? Number.NaN),
    )
    .check(z.refine((ms) => ms >= low && ms <= high, { error }));
}

/** A value as people write it: durations with their unit, everything else as it is. */
export function presentValue(setting: Setting, value: SettingValue): SettingValue {
  if (setting.type === 'duration' && typeof value === 'number') return formatDuration(value);
  if (setting.type === 'list' && Array.isArray(value)) {
    return (value as readonly SettingValue[]).map((item) => presentValue(setting.of, item));
  }
  if (setting.type === 'object' && isSettings(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => {
        const inner = setting.settings[key];
        return [key, inner === undefined ? item : presentValue(inner, item)];
      }),
    );
  }
  return value;
}

export function isSettings(value: SettingValue | undefined): value is Record<string, SettingValue> {
  return typeof value === 'object' && !Array.isArray(value);
}

function withoutCommas(items: readonly SettingValue[]): boolean {
  return items.every((item) => typeof item !== 'string' || !item.includes(','));
}

function unitOf(setting: { readonly unit?: string | undefined }): string {
  return setting.unit === undefined ? '' : ` (${setting.unit})`;
}

import type { JsonValue } from '../model/json.js';
import type { Setting } from '../model/setting.js';

/** A JSON Schema, as data. */
export type JsonSchema = { readonly [key: string]: JsonValue };

/** A span of time, such as 1m30s. */
export const DURATION = { type: 'string', pattern: '^([0-9]+(\\.[0-9]+)?(ms|s|m|h))+$' };
/** An address without credentials and query. */
export const HTTP_URL = { type: 'string', pattern: '^https?://[^/?#@]+(/[^?#]*)?$' };

/** The JSON Schema of the settings of a capability. */
export function settingsSchema(
  settings: Readonly<Record<string, Setting>>,
  required: readonly string[],
): JsonSchema {
  return object(
    Object.fromEntries(
      Object.entries(settings).map(([key, setting]) => [key, settingSchema(setting)]),
    ),
    required,
  );
}

/** The JSON Schema of one setting. */
export function settingSchema(setting: Setting): JsonSchema {
  if (setting.type === 'object') {
    return { ...settingsSchema(setting.settings, setting.required), description: setting.doc };
  }
  const initial = setting.default === undefined ? {} : { default: setting.default as JsonValue };
  return { ...valueSchema(setting), description: setting.doc, ...initial };
}

function valueSchema(setting: Exclude<Setting, { type: 'object' }>): JsonSchema {
  switch (setting.type) {
    case 'string':
      return {
        type: 'string',
        maxLength: setting.maxLength,
        ...(setting.pattern === undefined ? {} : { pattern: setting.pattern }),
      };
    case 'url':
      return HTTP_URL;
    case 'host':
    case 'path':
      return { type: 'string' };
    case 'integer':
    case 'number':
      return { type: setting.type, minimum: setting.min, maximum: setting.max };
    case 'duration':
      return DURATION;
    case 'boolean':
      return { type: 'boolean' };
    case 'enum':
      return setting.allowNumbers
        ? {
            anyOf: [
              { enum: setting.values },
              {
                type: ['integer', 'string'],
                pattern: '^[45][0-9]{2}$',
                minimum: 400,
                maximum: 599,
              },
            ],
          }
        : { enum: setting.values };
    case 'list':
      return {
        type: 'array',
        items: settingSchema(setting.of),
        ...(setting.nonEmpty ? { minItems: 1 } : {}),
      };
  }
}

/** An object that takes only these keys. */
export function object(
  properties: Readonly<Record<string, JsonSchema>>,
  required: readonly string[] = [],
): JsonSchema {
  return {
    type: 'object',
    properties,
    ...(required.length === 0 ? {} : { required }),
    additionalProperties: false,
  };
}

/** An empty section of YAML is null. */
export function orNull(schema: JsonSchema): JsonSchema {
  return typeof schema.type === 'string' ? { ...schema, type: [schema.type, 'null'] } : schema;
}

import { z } from 'zod';

import { parseDuration } from './duration.js';
import { identifier } from './identifier.js';

export const settingKey = z.string().regex(/^[a-z][A-Za-z0-9]*$/, 'a camelCase key');
const environmentVariable = z.string().regex(/^[A-Z][A-Z0-9_]*$/, 'UPPER_SNAKE_CASE');
const duration = z
  .string()
  .refine((text) => parseDuration(text) !== undefined, 'a duration such as 950ms or 2s');

/** What every leaf setting may say. */
const leaf = {
  doc: z.string().min(1),
  /** Name of the environment variable; false when the process does not read the setting. */
  env: z.union([environmentVariable, z.literal(false)]).optional(),
  /** Short key under `environments.<name>`. */
  environmentKey: settingKey.optional(),
  /** Names that the setting had before. */
  was: z.array(settingKey).default([]),
  /** True when the default is a stand-in that a person must replace before deploying. */
  placeholder: z.boolean().default(false),
  /** Value to write when the capability comes to a service that runs already, and what to say about it. */
  onAdd: z
    .strictObject({
      value: z.union([z.string(), z.number(), z.boolean()]),
      note: z.string().min(1),
    })
    .optional(),
  mesh: identifier.optional(), // The only mesh that knows it, by the folder that it is in.
  sameEverywhere: z.boolean().optional(), // An environment that sets another value is refused.
  /** Whether the wizard asks for it, once the mesh is known; or which answers to other questions make it ask. */
  asked: z.union([z.boolean(), z.record(settingKey, z.string())]).optional(),
  emptyOver: z.array(identifier).optional(), // Transports of a service for which a list is empty unless it is set.
  derive: z.string().optional(), // Formula in model/policy.ts for where nobody sets it.
};

const numeric = { ...leaf, unit: z.string().optional(), min: z.number(), max: z.number() };

export type Setting =
  | (z.infer<z.ZodObject<typeof leaf>> &
      (
        | {
            type: 'string';
            default?: string;
            pattern?: string;
            allowed?: string;
            maxLength: number;
          }
        | { type: 'url' | 'host' | 'path'; default?: string }
        | { type: 'integer' | 'number'; default?: number; min: number; max: number; unit?: string }
        | { type: 'duration'; default?: string; min: string; max: string }
        | { type: 'boolean'; default?: boolean }
        | { type: 'enum'; values: string[]; default?: string; allowNumbers: boolean }
        | { type: 'list'; of: Setting; default?: unknown[]; nonEmpty: boolean }
      ))
  | { type: 'object'; doc: string; settings: Record<string, Setting>; required: string[] };

/** A setting with a value of its own: everything but `object`. */
export type LeafSetting = Exclude<Setting, { type: 'object' }>;

export const settingSchema: z.ZodType<Setting> = z.lazy(() =>
  z.discriminatedUnion('type', [
    z.strictObject({
      ...leaf,
      type: z.literal('string'),
      default: z.string().optional(),
      pattern: z.string().optional(),
      /** What the pattern means, in words. */
      allowed: z.string().optional(),
      maxLength: z.int().default(255),
    }),
    z.strictObject({
      ...leaf,
      type: z.enum(['url', 'host', 'path']),
      default: z.string().optional(),
    }),
    z.strictObject({
      ...numeric,
      type: z.enum(['integer', 'number']),
      default: z.number().optional(),
    }),
    z.strictObject({
      ...leaf,
      type: z.literal('duration'),
      default: duration.optional(),
      min: duration.default('1ms'),
      max: duration.default('24h'),
    }),
    z.strictObject({ ...leaf, type: z.literal('boolean'), default: z.boolean().optional() }),
    z.strictObject({
      ...leaf,
      type: z.literal('enum'),
      values: z.array(z.string()).min(1),
      default: z.string().optional(),
      /** True when HTTP status codes are allowed beside the listed words. */
      allowNumbers: z.boolean().default(false),
    }),
    z.strictObject({
      ...leaf,
      type: z.literal('list'),
      of: settingSchema,
      default: z.array(z.unknown()).optional(),
      nonEmpty: z.boolean().default(false),
    }),
    z.strictObject({
      type: z.literal('object'),
      doc: z.string().min(1),
      settings: z.record(settingKey, settingSchema),
      /** Keys that must be given (used by objects inside lists). */
      required: z.array(settingKey).default([]),
    }),
  ]),
) as z.ZodType<Setting>;

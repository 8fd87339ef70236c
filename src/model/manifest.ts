import { z } from 'zod';

import { adoptionSchema } from './adoption.js';
import { condition } from './condition.js';
import { identifier } from './identifier.js';
import { reservedNames, sampleMethods, settle, transports } from './language-parts.js';
import { ownerships } from './ownership.js';
import { settingKey, settingSchema } from './setting.js';

/**
 * The data that capability and template folders declare. The core knows these shapes and
 * the kinds named in them, and no capability by name.
 */

const slotDeclaration = z.union([
  identifier.transform((name) => ({ name, sorted: false })),
  z.strictObject({ name: identifier, sorted: z.boolean().default(false) }),
]);

export const file = z.strictObject({
  path: z.string().min(1),
  template: z.string().regex(/\.hbs$/, 'a template ends with .hbs'),
  ownership: z.enum(ownerships).default('managed'),
  mode: z.enum(['644', '755']).default('644'),
  when: condition.prefault({}),
  /** Rendered once for each upstream, with it as `upstream`. */
  each: z.literal('upstreams').optional(),
  /** With `each`: values of the upstream that must be truthy, such as `external` or `has.retry`. */
  where: z.union([z.string().transform((path) => [path]), z.array(z.string())]).default([]),
  slots: z.array(slotDeclaration).default([]),
  /** Of a skeleton: the part of it that capabilities may need where the skeleton itself is not written. */
  library: identifier.optional(),
  /**
   * In a service that was made by hand: written, shown as a diff to follow, or absent. By default a
   * capability's files are written, and of the skeleton the libraries that a capability needs.
   */
  adopted: z.enum(['written', 'shown', 'absent']).optional(),
  /** Paths at which earlier versions wrote this file: a user's edits follow the rename. */
  was: z.array(z.string()).default([]),
});
export type FileDeclaration = z.infer<typeof file>;

export const contribution = z
  .strictObject({
    slot: identifier,
    /** The language it belongs to; absent means every language. */
    language: identifier.optional(),
    when: condition.prefault({}),
    /** Place among the contributions to its slot, where that is not its capability's `order`. */
    order: z.int().optional(),
    text: z.string().optional(),
    template: z.string().optional(),
  })
  .refine(({ text, template }) => (text === undefined) !== (template === undefined), {
    error: 'a contribution has either text or template',
  });
export type Contribution = z.infer<typeof contribution>;

/** Exact versions per language. */
const dependencies = z.record(identifier, z.record(z.string(), z.string())).default({});

const control = z.strictObject({
  /** A word of the core's vocabulary, such as `retries`; see model/control.ts. */
  kind: z.string().min(1),
  layer: z.enum(['app', 'mesh']),
  target: z.enum(['upstream', 'service']),
  /** Field of the control to setting path within the capability, such as `backoffMax: backoff.max`. */
  values: z.record(settingKey, z.string()).default({}),
});
export type ControlDeclaration = z.infer<typeof control>;

/** Settings that name hosts which the process contacts: one URL, or a list of `{ host, port, protocol }`. */
const egress = z.union([
  z.strictObject({
    setting: z.string(),
    when: condition.prefault({}),
    /** The sidecar must not carry it, since its own reports would be reported again. */
    bypass: z.boolean().default(false),
  }),
  z.strictObject({ list: z.string() }),
]);

const because = z.strictObject({ id: identifier, reason: z.string().min(1) });

/** Why a later template version writes something else: people read it before they take the change. */
const change = z
  .strictObject({
    /** The template version that brought it. */
    version: z.string().regex(/^\d+\.\d+\.\d+$/, 'a version such as 1.4.0'),
    /** Paths as under `files`, in which `*` stands for any part of a name. */
    files: z.array(z.string().min(1)).default([]),
    /** A setting whose default is another now, and what it was. */
    default: z.strictObject({ setting: z.string().min(1), was: z.json() }).optional(),
    /** A sentence: what is better for the service. */
    why: z.string().min(1),
  })
  .refine((entry) => entry.files.length > 0 || entry.default !== undefined, {
    error: 'a change names files, or a default',
  });
export type TemplateChange = z.infer<typeof change>;

export const capabilitySchema = z.strictObject({
  id: identifier,
  title: z.string().min(1),
  summary: z.string().min(1),
  /** Position of its contributions among those of others; lower comes first. */
  order: z.int(),
  requires: z.array(because).default([]),
  conflicts: z.array(because).default([]),
  suggests: z.array(because).default([]),
  /** Key under `upstreams[]` that overrides the settings for one upstream; `false` there switches it off. */
  upstreamKey: identifier.optional(),
  settings: z.record(settingKey, settingSchema).default({}),
  /** What people must know before the capability reaches a service that runs already; told when it comes in. */
  onAdd: z.strictObject({ note: z.string().min(1) }).optional(),
  controls: z.array(control).default([]),
  egress: z.array(egress).default([]),
  /** Libraries of the skeleton that its code rests on; they come along to a service made by hand. */
  needs: z.array(identifier).default([]),
  dependencies,
  devDependencies: dependencies,
  files: z.array(file).default([]),
  slots: z.array(contribution).default([]),
  changes: z.array(change).default([]),
});
export type CapabilityManifest = z.infer<typeof capabilitySchema>;

const quantity = z.string().regex(/^[1-9]\d*[KMG]i$/, 'a quantity such as 256Mi');

/** A program that services in this language are built and tested with. */
const languageTool = z.strictObject({
  name: z.string().min(1),
  /** With these it tells its version. */
  arguments: z.array(z.string()),
  /** File that tells the version, from the folder of the executable: reading is quicker than running. */
  versionFile: z.string().optional(),
  /** Regular expression whose first group is the version. */
  pattern: z.string().min(1),
  minimum: z.string().regex(/^\d+\.\d+\.\d+$/, 'a version such as 1.26.0'),
  /** What it is needed for. */
  purpose: z.string().min(1),
  /** How to get it. */
  install: z.string().min(1),
  /** True when only one step is skipped without it. */
  optional: z.boolean().default(false),
  /** True when it comes with Node, which runs this tool. */
  comesWithNode: z.boolean().default(false),
});

export const templateSchema = z.strictObject({
  language: identifier,
  title: z.string().min(1),
  /** Other words for the language, such as `golang`: they are answered with its name. */
  aliases: z.array(identifier).default([]),
  reservedNames: reservedNames.optional(),
  /** The lowest whose tools are here is the language of a service when nobody says one. */
  preference: z.int().default(100),
  tools: z.array(languageTool).default([]),
  /** What `service.module` may be, and what that is in words, such as `a Go module path`; `{name}` in the default stands for the service's name. */
  module: z.strictObject({ pattern: z.string(), doc: z.string().min(1), default: z.string() }),
  transports,
  sampleMethods,
  adopt: adoptionSchema.optional(),
  /**
   * What actions of the workflow are given where the service lies in a folder of its repository, which `{folder}`
   * stands for; with `having` only where that input is there.
   */
  workflowInputs: z
    .array(
      z.strictObject({
        action: z.string().min(1),
        having: z.string().optional(),
        set: z.record(z.string(), z.string()),
      }),
    )
    .default([]),
  settle: settle.optional(),
  /** What the process is given: what it takes in use, and at most. */
  memory: z
    .strictObject({ request: quantity.default('128Mi'), limit: quantity.default('256Mi') })
    .prefault({}),
  /**
   * Regular expression whose first group is a name that a line declares for all files of its folder: such
   * names of two upstreams must not be one. Absent where a file's names are its own.
   */
  declares: z.string().optional(),
  dependencies: z.record(z.string(), z.string()).default({}),
  devDependencies: z.record(z.string(), z.string()).default({}),
  files: z.array(file),
  slots: z.array(contribution).default([]),
  changes: z.array(change).default([]),
});
export type TemplateManifest = z.infer<typeof templateSchema>;

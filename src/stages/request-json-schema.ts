import type { Catalog } from '../model/catalog.js';
import { defaultProbes, environmentKeys } from './request-schema.js';
import { defaultPort, serviceSettings } from './service-settings.js';
import { defaultCallTimeout, defaultReplicas } from './resolve.js';
import {
  DURATION,
  object,
  orNull,
  settingSchema,
  settingsSchema,
  type JsonSchema,
} from './setting-json-schema.js';
import { schemeNames, usualTransport } from '../transports/transports.js';
import { ownValuesJsonSchema, ownVariablesJsonSchema } from './own-variables-json-schema.js';
import { transportIds } from './transport-schema.js';
import { toolKinds, toolPattern, type ToolKey } from './tool-schema.js';

const NAME = {
  type: 'string',
  pattern: '^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$',
  description: 'A DNS label: lower-case letters, digits and "-", at most 63.',
};
/**
 * The JSON Schema (draft 7, which every editor reads) of scaffold.yaml for a catalog. It refuses
 * nothing that `parseRequest` takes; what JSON Schema cannot say is left to `parseRequest`.
 */
export function requestJsonSchema(catalog: Catalog): string {
  const schema = {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'scaffold.yaml',
    ...object(
      {
        version: { const: 1, description: 'Version of this format.' },
        service: serviceSchema(catalog),
        capabilities: orNull(capabilitiesSchema(catalog)),
        upstreams: orNull({
          description: 'Services that this one calls.',
          type: 'array',
          items: upstreamSchema(catalog, ['name', 'url']),
        }),
        environments: orNull({
          description: 'Overlays under deploy/overlays: the same keys, overriding.',
          type: 'object',
          propertyNames: NAME,
          additionalProperties: environmentSchema(catalog),
        }),
        tool: orNull(toolJsonSchema()),
        check: object(
          {
            accept: { type: 'array', items: findingAcceptanceSchema() },
            exclude: {
              description: 'Globs of files that check leaves out.',
              type: 'array',
              items: { type: 'string', minLength: 1 },
            },
          },
          [],
        ),
        drift: object({ accept: { type: 'array', items: driftAcceptanceSchema() } }, []),
      },
      ['service'],
    ),
  };
  return `${JSON.stringify(schema, null, 2)}\n`;
}

function toolJsonSchema(): JsonSchema {
  const sourceSchema = (keys: readonly ToolKey[]): JsonSchema =>
    object(
      Object.fromEntries(
        keys.map((key) => {
          const { pattern, what } = toolPattern(key);
          return [key, { type: 'string', pattern, description: `Must be ${what}.` }];
        }),
      ),
      keys,
    );
  return {
    ...object({
      source: {
        description: 'Where CI gets it from; scaffold tool pin writes it.',
        anyOf: Object.values(toolKinds).map(sourceSchema),
      },
    }),
    description: 'This tool itself.',
  };
}

function findingAcceptanceSchema(): JsonSchema {
  return object(
    {
      code: { type: 'string', pattern: '^[A-Z][A-Z0-9_]+$', description: 'Code of the rule.' },
      target: { type: 'string', description: 'What it is about, as check prints it.' },
      ...acceptance('Why the finding stays.'),
    },
    ['code', 'reason'],
  );
}

function driftAcceptanceSchema(): JsonSchema {
  return object(
    {
      path: { type: 'string', minLength: 1, description: 'The file, as drift prints it.' },
      ...acceptance('Why it differs from the template.'),
    },
    ['path', 'reason'],
  );
}

function acceptance(why: string): Record<string, JsonSchema> {
  return {
    reason: { type: 'string', minLength: 1, description: why },
    until: {
      type: 'string',
      pattern: '^\\d{4}-\\d{2}-\\d{2}$',
      description: 'Last day on which it holds, such as 2027-03-31.',
    },
  };
}

function serviceSchema(catalog: Catalog): JsonSchema {
  return object(
    {
      name: NAME,
      language: {
        enum: catalog.languages.map(({ language }) => language),
        description: 'Language of the code.',
      },
      module: {
        type: 'string',
        description: `Name of the code: ${catalog.languages.map(({ module }) => module.doc).join(', or ')}.`,
      },
      transport: {
        enum: transportIds,
        description: 'How the service is called.',
        default: usualTransport.id,
      },
      methods: methodsJsonSchema('Methods of the service, for routes and policies by method.'),
      ...serviceOverrides(),
      probes: object(
        {
          live: {
            type: 'string',
            pattern: '^/',
            description: 'Path at which the process says that it lives.',
            default: defaultProbes.live,
          },
          ready: {
            type: 'string',
            pattern: '^/',
            description: 'Path at which it says that it takes requests.',
            default: defaultProbes.ready,
          },
        },
        [],
      ),
      variables: ownVariablesJsonSchema(),
      adopted: { type: 'boolean', description: 'True in a repository that was there before.' },
    },
    ['name'],
  );
}

/** What names look like depends on the transport. */
function methodsJsonSchema(description: string): JsonSchema {
  const name = { type: 'string', description: 'Full name: /items.v1.ItemsService/GetItem.' };
  const idempotent = {
    type: 'boolean',
    description: 'Whether it may be done twice.',
    default: false,
  };
  return { type: 'array', description, items: object({ name, idempotent }, ['name']) };
}

function serviceOverrides(): Record<string, JsonSchema> {
  const { port, healthPort, reflection, timeout, image, idleTimeout } = serviceSettings;
  const { 'shutdown.delay': delay, 'shutdown.timeout': wait } = serviceSettings;
  return {
    port: {
      type: 'integer',
      minimum: 1,
      maximum: 65_535,
      description: port.doc,
      default: defaultPort,
    },
    healthPort: {
      type: 'integer',
      minimum: 1,
      maximum: 65_535,
      description: healthPort.doc,
    },
    reflection: { type: 'boolean', description: reflection.doc, default: false },
    timeout: {
      ...DURATION,
      description: timeout.doc,
    },
    image: {
      type: 'string',
      description: image.doc,
    },
    idleTimeout: { ...DURATION, description: idleTimeout.doc },
    shutdown: object(
      {
        delay: { ...DURATION, description: delay.doc },
        timeout: { ...DURATION, description: wait.doc },
      },
      [],
    ),
  };
}

function capabilitiesSchema(catalog: Catalog): JsonSchema {
  return object(
    Object.fromEntries(
      catalog.capabilities.map(({ id, summary, settings }) => [
        id,
        { ...orNull(settingsSchema(settings, [])), description: summary },
      ]),
    ),
  );
}

function upstreamSchema(catalog: Catalog, required: readonly string[]): JsonSchema {
  const overrides = catalog.capabilities.flatMap(({ id, upstreamKey, settings }) =>
    upstreamKey === undefined
      ? []
      : [
          [
            upstreamKey,
            {
              description: `Overrides of ${id} for this upstream; false switches it off.`,
              anyOf: [{ const: false }, settingsSchema(settings, [])],
            },
          ],
        ],
  );
  return object(
    {
      name: NAME,
      url: {
        type: 'string',
        pattern: `^(?:${schemeNames.join('|')})://`,
        description: 'Where it is: a full host name, no credentials.',
      },
      methods: methodsJsonSchema('Methods that it has, and which of them may be repeated.'),
      timeout: {
        ...DURATION,
        description: 'The whole call as the caller sees it, tries and pauses included.',
        default: defaultCallTimeout,
      },
      replicas: {
        type: 'integer',
        minimum: 1,
        description: 'Replicas of the upstream; with one, none is ejected.',
        default: defaultReplicas,
      },
      stream: {
        type: 'boolean',
        description: 'True for long-lived answers: the route gets no timeout.',
        default: false,
      },
      mesh: object({
        owner: {
          enum: ['consumer', 'provider'],
          description: 'Who emits its mesh policy: consumer is this service, provider the other.',
        },
      }),
      ...(Object.fromEntries(overrides) as Record<string, JsonSchema>),
    },
    required,
  );
}

function environmentSchema(catalog: Catalog): JsonSchema {
  return object({
    service: object({ ...serviceOverrides(), variables: ownValuesJsonSchema }),
    capabilities: capabilitiesSchema(catalog),
    upstreams: { type: 'array', items: upstreamSchema(catalog, ['name']) },
    ...Object.fromEntries(
      environmentKeys(catalog).map(({ key, setting }) => [key, settingSchema(setting)]),
    ),
  });
}

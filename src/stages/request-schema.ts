import * as z from 'zod/mini';

import { addressOf, findHostProblem, suggestScheme } from '../transports/address.js';
import { schemeWords } from '../transports/transports.js';
import type { Catalog } from '../model/catalog.js';
import type { Setting } from '../model/setting.js';
import { describeNameProblem, findNameProblem } from '../model/names.js';
import { MIN_CALL_TIMEOUT } from '../model/policy.js';
import { durationSchema, settingsSchema, settingValueSchema } from '../model/setting-schema.js';
import { hasInvisible } from '../model/text.js';
import { checkSchema, driftSchema } from './acceptance-schema.js';
import { nullAsEmpty, nullAsEmptyList, withoutPrototype } from './lenient-schema.js';
import { ownValuesSchema, ownVariablesSchema } from './own-variables.js';
import { findReservedProblem } from './reserved-name.js';
import { suggestLanguage } from './suggest-language.js';
import { toolSchema } from './tool-schema.js';
import { methodsShape, transportShape } from './transport-schema.js';
import { probeSchema, serviceSettings } from './service-settings.js';

// A request is parsed once: compiling parsers for it costs more than it saves.
z.config({ jitless: true });

/** What the code of the templates answers at. */
export const defaultProbes = { live: '/healthz', ready: '/readyz' } as const;
/** The longest module path or package name: npm's limit, and enough for Go. */
const MAX_MODULE_LENGTH = 214;

const nameSchema = z.string({ error: 'must be text' }).check(
  z.superRefine<string>((name, context) => {
    const problem = findNameProblem(name);
    if (problem !== undefined)
      context.addIssue({ code: 'custom', message: describeNameProblem(problem) });
  }),
);

const callTimeoutSchema = durationSchema(
  `${MIN_CALL_TIMEOUT}ms`,
  '1h',
  `must be a duration from ${MIN_CALL_TIMEOUT}ms to 1h, such as 2s`,
);
const integer = (min: number, max: number) => {
  const error = `must be a whole number from ${min} to ${max}`;
  return z.int({ error }).check(z.gte(min, { error }), z.lte(max, { error }));
};
const booleanSchema = z.boolean({ error: 'must be true or false' });

/**
 * The schema of scaffold.yaml for a catalog. Its output is a {@link RawRequest} but for the shape of
 * upstream overrides and environments, which `parseRequest` brings into place. Parts are built when they
 * are met, since most of them are not written in most files.
 */
export function requestSchema(catalog: Catalog): ReturnType<typeof buildRequestSchema> {
  let schema = schemas.get(catalog);
  if (schema === undefined) schemas.set(catalog, (schema = buildRequestSchema(catalog)));
  return schema;
}

/** Far more than one process can call well; each of them is code, variables and policy. */
const mostUpstreams = 500;
/** Each environment is an overlay of all manifests. */
const mostEnvironments = 100;

/** A run over many repos builds one schema. */
const schemas = new WeakMap<Catalog, ReturnType<typeof buildRequestSchema>>();

function buildRequestSchema(catalog: Catalog) {
  const withoutService = {
    capabilities: nullAsEmpty(capabilitiesSchema(catalog)),
    upstreams: nullAsEmptyList(
      z
        .array(upstreamSchema(catalog, true), { error: 'must be a list' })
        .check(
          z.maxLength(mostUpstreams, { error: `must hold at most ${mostUpstreams} upstreams` }),
        ),
    ),
  };
  return z.strictObject(
    {
      version: z._default(
        z.literal(1, { error: 'must be 1: this release of meshwright reads no other' }),
        1,
      ),
      service: serviceSchema(catalog),
      ...withoutService,
      environments: nullAsEmpty(
        withoutPrototype(
          z
            .record(
              nameSchema,
              z.lazy(() => environmentSchema(catalog)),
              { error: 'must be a map of environments' },
            )
            .check(
              z.refine((environments) => Object.keys(environments).length <= mostEnvironments, {
                error: `must hold at most ${mostEnvironments} environments`,
              }),
            ),
        ),
      ),
      tool: toolSchema,
      check: checkSchema,
      drift: driftSchema,
    },
    {
      error: (issue) =>
        issue.code === 'invalid_type' ? 'must be a map with at least service.name' : undefined,
    },
  );
}

function serviceSchema(catalog: Catalog) {
  const languages = catalog.languages.map(({ language }) => language);
  const shape = z.strictObject(
    {
      name: nameSchema,
      language: z.optional(
        z.enum(languages, {
          error: ({ input }) =>
            `must be one of ${languages.join(', ')}.${typeof input === 'string' ? suggestLanguage(input, catalog) : ''}`,
        }),
      ),
      module: z.optional(
        z.string({ error: 'must be text' }).check(
          z.maxLength(MAX_MODULE_LENGTH, {
            error: `must be at most ${MAX_MODULE_LENGTH} characters`,
          }),
          z.refine((module) => !hasInvisible(module), {
            error: 'must not contain invisible characters',
          }),
        ),
      ),
      ...serviceOverridesShape(),
      ...transportShape,
      variables: z.optional(ownVariablesSchema),
      adopted: z.optional(booleanSchema),
      probes: z.optional(
        z.strictObject({ live: z.optional(probeSchema), ready: z.optional(probeSchema) }),
      ),
    },
    { error: (issue) => (issue.code === 'invalid_type' ? 'must be a map with a name' : undefined) },
  );
  return shape.check(
    z.superRefine(({ name, language }, context) => {
      const problem = findReservedProblem(name, language, catalog);
      if (problem === undefined) return;
      const message = describeNameProblem(problem);
      context.addIssue({ code: 'custom', message, path: ['name'], input: name });
    }),
  );
}

function serviceOverridesShape() {
  const { 'shutdown.delay': delay, 'shutdown.timeout': wait, ...own } = serviceSettings;
  const shutdown = { delay: z.optional(delay.schema), timeout: z.optional(wait.schema) };
  return {
    port: z.optional(own.port.schema),
    healthPort: z.optional(own.healthPort.schema),
    reflection: z.optional(own.reflection.schema),
    timeout: z.optional(own.timeout.schema),
    image: z.optional(own.image.schema),
    idleTimeout: z.optional(own.idleTimeout.schema),
    shutdown: z.optional(z.strictObject(shutdown)),
  };
}

function capabilitiesSchema(catalog: Catalog) {
  return z.strictObject(
    Object.fromEntries(
      catalog.capabilities.map(({ id, settings }) => [
        id,
        z.optional(nullAsEmpty(z.lazy(() => settingsSchema(settings)))),
      ]),
    ),
    {
      error: (issue) =>
        issue.code === 'invalid_type' ? 'must be a map of capabilities' : undefined,
    },
  );
}

function upstreamSchema(catalog: Catalog, complete: boolean) {
  const overrides = Object.fromEntries(
    catalog.capabilities.flatMap(({ upstreamKey, settings }) =>
      upstreamKey === undefined
        ? []
        : [
            [
              upstreamKey,
              // An environment runs the same code, so it cannot take a layer out of it.
              z.optional(
                z.lazy(() =>
                  complete
                    ? z.union([z.literal(false), settingsSchema(settings)])
                    : settingsSchema(settings),
                ),
              ),
            ],
          ],
    ),
  );
  const url = z.string({ error: `must be an ${schemeWords} URL` }).check(
    z.superRefine<string>((text, context) => {
      const address = addressOf(text);
      const message =
        address === undefined
          ? `must be an ${schemeWords} URL such as http://inventory.shop.svc.cluster.local:8080, without credentials, query or fragment${suggestScheme(text)}`
          : hostMessage(address.host);
      if (message !== undefined) context.addIssue({ code: 'custom', message });
    }),
  );
  return z.strictObject(
    {
      name: nameSchema,
      url: complete ? url : z.optional(url),
      ...methodsShape,
      timeout: z.optional(callTimeoutSchema),
      replicas: z.optional(integer(1, 10_000)),
      stream: z.optional(booleanSchema),
      mesh: z.optional(
        z.strictObject({
          owner: z.optional(
            z.enum(['consumer', 'provider'], { error: 'must be consumer or provider' }),
          ),
        }),
      ),
      ...overrides,
    },
    {
      error: (issue) =>
        issue.code === 'invalid_type' ? 'must be a map with name and url' : undefined,
    },
  );
}

function hostMessage(host: string): string | undefined {
  const problem = findHostProblem(host);
  return problem === undefined
    ? undefined
    : `must have a full host name such as inventory.shop.svc.cluster.local: ${problem}`;
}

function environmentSchema(catalog: Catalog) {
  const shorthands = Object.fromEntries(
    environmentKeys(catalog).map(({ key, setting }) => [
      key,
      z.optional(settingValueSchema(setting)),
    ]),
  );
  return z.strictObject(
    {
      service: z.optional(
        z.strictObject({ ...serviceOverridesShape(), variables: z.optional(ownValuesSchema) }),
      ),
      capabilities: z.optional(capabilitiesSchema(catalog)),
      upstreams: z.optional(z.array(upstreamSchema(catalog, false), { error: 'must be a list' })),
      ...shorthands,
    },
    {
      error: (issue) => (issue.code === 'invalid_type' ? 'must be a map of overrides' : undefined),
    },
  );
}

/** Settings that have a short key directly under an environment. */
export function environmentKeys(catalog: Catalog): readonly {
  readonly key: string;
  readonly capability: string;
  readonly name: string;
  readonly setting: Setting;
}[] {
  return catalog.capabilities.flatMap(({ id, settings }) =>
    Object.entries(settings).flatMap(([name, setting]) =>
      setting.type === 'object' || setting.environmentKey === undefined
        ? []
        : [{ key: setting.environmentKey, capability: id, name, setting }],
    ),
  );
}

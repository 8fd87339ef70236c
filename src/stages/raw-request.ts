import type * as z from 'zod/mini';

import type { Catalog } from '../model/catalog.js';
import { inputError } from '../model/errors.js';
import type { RawEnvironment, RawRequest, RawSettings, RawUpstream } from '../model/request.js';
import { didYouMean } from '../model/suggest.js';
import { quote } from '../model/text.js';
import { readOwnVariables } from './own-variables.js';
import { environmentKeys, type requestSchema } from './request-schema.js';
import { toToolSource } from './tool-schema.js';

type Parsed = z.infer<ReturnType<typeof requestSchema>>;

/** Brings what the schema accepted into the shape that the stages use. */
export function toRawRequest(parsed: Parsed, catalog: Catalog, file: string): RawRequest {
  const upstreams = parsed.upstreams.map(
    (upstream) => toRawUpstream(upstream, catalog) as RawUpstream,
  );
  return {
    version: 1,
    service: withVariables(parsed.service),
    capabilities: withoutAbsent(parsed.capabilities),
    upstreams,
    tool: parsed.tool.source === undefined ? undefined : toToolSource(parsed.tool.source),
    accepted: parsed.check.accept,
    acceptedDrift: parsed.drift.accept,
    environments: Object.fromEntries(
      Object.entries(parsed.environments).map(([name, environment]) => [
        name,
        toRawEnvironment(name, environment as EnvironmentData, { catalog, upstreams, file }),
      ]),
    ),
  };
}

function withVariables({ variables, ...service }: Parsed['service']): RawRequest['service'] {
  return variables === undefined ? service : { ...service, variables: readOwnVariables(variables) };
}

type UpstreamData = { readonly name: string; readonly [key: string]: unknown };
type EnvironmentData = {
  readonly service?: RawEnvironment['service'];
  readonly capabilities?: Readonly<Record<string, RawSettings | undefined>>;
  readonly upstreams?: readonly UpstreamData[];
  readonly [shorthand: string]: unknown;
};

function toRawUpstream(upstream: UpstreamData, catalog: Catalog): Partial<RawUpstream> {
  const keys = catalog.capabilities.flatMap(({ upstreamKey }) => upstreamKey ?? []);
  const own = Object.entries(upstream).filter(
    ([key, value]) => !keys.includes(key) && value !== undefined,
  );
  const overrides = Object.entries(upstream).filter(
    ([key, value]) => keys.includes(key) && value !== undefined,
  );
  return {
    ...Object.fromEntries(own),
    overrides: Object.fromEntries(overrides) as RawUpstream['overrides'],
  };
}

function toRawEnvironment(
  name: string,
  environment: EnvironmentData,
  {
    catalog,
    upstreams,
    file,
  }: { catalog: Catalog; upstreams: readonly RawUpstream[]; file: string },
): RawEnvironment {
  const capabilities: Record<string, RawSettings> = withoutAbsent(environment.capabilities ?? {});
  for (const { key, capability, name: setting } of environmentKeys(catalog)) {
    const value = environment[key];
    if (value === undefined) continue;
    capabilities[capability] = { ...capabilities[capability], [setting]: value } as RawSettings;
  }
  const overrides = (environment.upstreams ?? []).map((upstream) => {
    const known = upstreams.map((declared) => declared.name);
    if (!known.includes(upstream.name)) {
      throw inputError(
        'unknown-upstream',
        `${file}: environments.${name} overrides the upstream ${quote(upstream.name)}, which is not declared.${didYouMean(upstream.name, known)}`,
        'An environment changes upstreams; it cannot add one, since all environments run the same code.',
      );
    }
    const { name: upstreamName, ...rest } = toRawUpstream(upstream, catalog);
    return [upstreamName, rest];
  });
  return {
    service: environment.service ?? {},
    capabilities,
    upstreams: Object.fromEntries(overrides) as RawEnvironment['upstreams'],
  };
}

function withoutAbsent(record: Readonly<Record<string, unknown>>): Record<string, RawSettings> {
  return Object.fromEntries(
    Object.entries(record).filter(([, value]) => value !== undefined),
  ) as Record<string, RawSettings>;
}

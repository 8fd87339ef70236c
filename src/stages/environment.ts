import { inputError } from '../model/errors.js';
import type { RawEnvironment, RawRequest, RawUpstream } from '../model/request.js';
import { didYouMean } from '../model/suggest.js';
import { quote } from '../model/text.js';
import { overrideVariables } from './own-variables.js';
import { mergeSettings } from './settings.js';

/**
 * The request of one environment: its overrides over the rest of the file. Maps merge deeply, lists are
 * replaced, upstreams merge by name.
 *
 * @throws ToolError `unknown-environment`, `override-without-capability`, `invalid-request` (exit 2)
 */
export function overrideRequest(raw: RawRequest, name: string): RawRequest {
  requireEnvironment(name, Object.keys(raw.environments));
  const environment = raw.environments[name] as RawEnvironment; // It is there, as was just checked.
  const capabilities = { ...raw.capabilities };
  for (const [id, settings] of Object.entries(environment.capabilities)) {
    const base = capabilities[id];
    if (base === undefined) {
      throw inputError(
        'override-without-capability',
        `the environment ${quote(name)} overrides ${id}, but the capability ${id} is not there.`,
        `Add it under capabilities, or remove the override.`,
      );
    }
    capabilities[id] = mergeSettings(base, settings);
  }
  return {
    ...raw,
    service: overrideService(raw.service, environment.service, name),
    capabilities,
    upstreams: raw.upstreams.map((upstream) =>
      overrideUpstream(upstream, environment.upstreams[upstream.name]),
    ),
  };
}

function overrideService(
  service: RawRequest['service'],
  { variables, ...over }: RawEnvironment['service'],
  name: string,
): RawRequest['service'] {
  if (variables === undefined) return { ...service, ...over };
  return {
    ...service,
    ...over,
    variables: overrideVariables(service.variables ?? [], variables, name),
  };
}

/** @throws ToolError `unknown-environment` (exit 2) */
export function requireEnvironment(name: string, known: readonly string[]): void {
  if (known.includes(name)) return;
  throw inputError(
    'unknown-environment',
    `there is no environment ${quote(name)}.${didYouMean(name, known)}`,
    known.length === 0 ? 'scaffold.yaml declares none.' : `Declared: ${known.join(', ')}.`,
  );
}

function overrideUpstream(
  upstream: RawUpstream,
  over: Partial<Omit<RawUpstream, 'name'>> | undefined,
): RawUpstream {
  if (over === undefined) return upstream;
  const overrides = { ...upstream.overrides };
  for (const [key, settings] of Object.entries(over.overrides ?? {})) {
    const base = overrides[key];
    const merges = settings !== false && base !== undefined && base !== false;
    overrides[key] = merges ? mergeSettings(base, settings) : settings;
  }
  return { ...upstream, ...over, overrides, mesh: { ...upstream.mesh, ...over.mesh } };
}

import { addressOf } from '../transports/address.js';
import { findScheme, schemeWords, usualTransport } from '../transports/transports.js';
import type { Catalog } from '../model/catalog.js';
import { parseDuration } from '../model/duration.js';
import { inputError } from '../model/errors.js';
import type { CapabilityManifest } from '../model/manifest.js';
import { deriveRequestTimeout } from '../model/policy.js';
import type {
  Addition,
  RawRequest,
  RawUpstream,
  Request,
  Resolution,
  Settings,
  Upstream,
} from '../model/request.js';
import { didYouMean } from '../model/suggest.js';
import { quote } from '../model/text.js';
import { overrideRequest } from './environment.js';
import { meshName } from './mesh-intent.js';
import { namespaceRouteOf, neighboursOf } from './namespace-route.js';
import { refuseTakenVariables } from './own-variables.js';
import { refuseByMesh } from './refuse-by-mesh.js';
import { refuseCollisions } from './refuse-collisions.js';
import { refuseOtherMesh } from './refuse-other-mesh.js';
import { refuseTransport } from './refuse-transport.js';
import {
  findLanguage,
  findUndeclared,
  findUnknown,
  resolveMethods,
  resolveService,
} from './resolve-service.js';
import { isPlaceholder } from './service-settings.js';
import { fillSettings, findPlaceholders, nameDefaults } from './settings.js';

export const defaultCallTimeout = '2s';
export const defaultReplicas = 3;

/**
 * Fills every default and adds what chosen capabilities require. The result does not depend on the
 * order in which capabilities were written.
 *
 * @param options.environment name of an environment whose overrides apply
 * @throws ToolError exit 2: conflicts, unknown capabilities or environments, colliding names,
 *   tries that do not fit into a call, settings of another mesh or that a mesh cannot have together
 */
export function resolve(
  raw: RawRequest,
  catalog: Catalog,
  options: { readonly environment?: string } = {},
): Resolution {
  const written =
    options.environment === undefined ? raw : overrideRequest(raw, options.environment);
  const { chosen, added } = chooseCapabilities(Object.keys(written.capabilities), catalog);
  refuseCollisions(
    written.upstreams.map(({ name }) => name),
    findLanguage(written, catalog)?.language,
    catalog,
  );
  refuseAbsentOverrides(written, chosen, catalog);
  refuseTransport(written);
  refuseTakenVariables(written.service.variables, catalog);
  refuseOtherMesh({ raw, written }, chosen, { ...catalog, environment: options.environment });

  const capabilities = new Map(
    chosen.map((manifest) => [
      manifest.id,
      fillSettings(
        nameDefaults(manifest, written.service),
        written.capabilities[manifest.id] ?? {},
        undefined,
      ),
    ]),
  );
  const neighbours = neighboursOf(raw, chosen);
  const upstreams = written.upstreams.map((upstream) => ({
    ...resolveUpstream(upstream, chosen, written),
    namespaceRoute: namespaceRouteOf(upstream, neighbours),
  }));
  refuseSharedHosts(upstreams, chosen);
  const active = chosen
    .filter(
      ({ id, upstreamKey }) =>
        upstreamKey === undefined || upstreams.some(({ settings }) => settings.has(id)),
    )
    .map(({ id }) => id);
  const request: Request = {
    service: resolveService(
      written,
      deriveRequestTimeout(upstreams.map(({ timeout }) => timeout)),
      catalog,
    ),
    capabilities,
    active: new Set(active),
    mesh: meshName({ capabilities }, chosen),
    upstreams,
    environments: Object.keys(raw.environments).sort(),
    tool: raw.tool,
  };
  refuseByMesh(request, chosen, catalog);
  return {
    request,
    added,
    suggestions: suggestCapabilities(chosen),
    placeholders: [
      ...chosen.flatMap((manifest) =>
        findPlaceholders(manifest, capabilities.get(manifest.id) ?? {}),
      ),
      ...(isPlaceholder(request.service.image) ? ['service.image'] : []),
    ],
    unknown: findUnknown(written),
    undeclared: findUndeclared(written, request, chosen),
    idle: chosen.map(({ id }) => id).filter((id) => !active.includes(id)),
  };
}

function chooseCapabilities(
  asked: readonly string[],
  catalog: Catalog,
): { readonly chosen: readonly CapabilityManifest[]; readonly added: readonly Addition[] } {
  const byId = new Map(catalog.capabilities.map((manifest) => [manifest.id, manifest]));
  const chosen = new Map<string, CapabilityManifest>();
  const added: Addition[] = [];
  const visit = (id: string, path: readonly string[]): void => {
    if (path.includes(id)) {
      throw inputError(
        'capability-cycle',
        `the capabilities ${[...path.slice(path.indexOf(id)), id].join(' → ')} require each other in a circle.`,
        'This is a fault of the capability folders: one of the requirements must go.',
      );
    }
    if (chosen.has(id)) return;
    const manifest = byId.get(id);
    if (manifest === undefined) throw unknownCapability(id, [...byId.keys()]);
    for (const required of manifest.requires) {
      if (!chosen.has(required.id) && !asked.includes(required.id)) {
        added.push({ id: required.id, because: `${id} requires it: ${required.reason}` });
      }
      visit(required.id, [...path, id]);
    }
    chosen.set(id, manifest);
  };
  for (const id of [...asked].sort()) visit(id, []);
  for (const manifest of chosen.values()) {
    const conflict = manifest.conflicts.find(({ id }) => chosen.has(id));
    if (conflict === undefined) continue;
    throw inputError(
      'capability-conflict',
      `the capabilities ${manifest.id} and ${conflict.id} exclude each other: ${conflict.reason}`,
      'Leave one of them out.',
    );
  }
  const sorted = [...chosen.values()].sort((a, b) => a.order - b.order || (a.id < b.id ? -1 : 1));
  return { chosen: sorted, added };
}

/** The error for a word that is no capability. */
export function unknownCapability(id: string, known: readonly string[], meant = '') {
  return inputError(
    'unknown-capability',
    `there is no capability ${quote(id)}.${meant === '' ? didYouMean(id, known) : meant}`,
    'npx meshwright list shows all.',
  );
}

function suggestCapabilities(chosen: readonly CapabilityManifest[]): readonly Addition[] {
  const present = new Set(chosen.map(({ id }) => id));
  const suggestions = new Map<string, string>();
  for (const manifest of chosen) {
    for (const { id, reason } of manifest.suggests) {
      if (!present.has(id) && !suggestions.has(id)) suggestions.set(id, reason);
    }
  }
  return [...suggestions].map(([id, because]) => ({ id, because }));
}

function refuseAbsentOverrides(
  raw: RawRequest,
  chosen: readonly CapabilityManifest[],
  catalog: Catalog,
): void {
  for (const upstream of raw.upstreams) {
    for (const key of Object.keys(upstream.overrides)) {
      if (chosen.some(({ upstreamKey }) => upstreamKey === key)) continue;
      const owner = catalog.capabilities.find(({ upstreamKey }) => upstreamKey === key);
      throw inputError(
        'override-without-capability',
        `the upstream ${quote(upstream.name)} overrides ${key}, but the capability ${owner?.id ?? key} is not there.`,
        `Add it under capabilities, or remove ${key} from the upstream.`,
      );
    }
  }
}

/** A mesh has one VirtualService and one DestinationRule for a host: of two, the older would win. */
function refuseSharedHosts(
  upstreams: readonly Upstream[],
  chosen: readonly CapabilityManifest[],
): void {
  const isMeshed = chosen.some(({ controls }) =>
    controls.some(({ kind }) => kind === 'meshIdentity'),
  );
  const seen = new Map<string, string>();
  for (const { name, address, owner } of isMeshed ? upstreams : []) {
    if (owner !== 'consumer' || address.isOpaque) continue;
    const other = seen.get(address.host);
    if (other !== undefined) {
      throw inputError(
        'shared-host',
        `the upstreams ${quote(other)} and ${quote(name)} have one host, ${address.host}, and a mesh has one policy for a host.`,
        'Declare it once, or leave its policy to its owner: mesh: { owner: provider }.',
      );
    }
    seen.set(address.host, name);
  }
}

function resolveUpstream(
  raw: RawUpstream,
  chosen: readonly CapabilityManifest[],
  request: RawRequest,
): Omit<Upstream, 'namespaceRoute'> {
  const address = addressOf(raw.url);
  if (address === undefined) {
    throw inputError('invalid-request', `${quote(raw.url)} is no ${schemeWords} URL.`);
  }
  const timeout = raw.timeout ?? parseDuration(defaultCallTimeout) ?? 0;
  const replicas = raw.replicas ?? defaultReplicas;
  const settings = new Map<string, Settings>();
  for (const manifest of chosen) {
    if (manifest.upstreamKey === undefined) continue;
    const overrides = raw.overrides[manifest.upstreamKey];
    if (overrides === false) continue;
    const shared = request.capabilities[manifest.id] ?? {};
    const facts = { name: raw.name, callTimeout: timeout, replicas };
    settings.set(manifest.id, fillSettings(manifest, [shared, overrides ?? {}], facts));
  }
  return {
    name: raw.name,
    url: raw.url,
    address,
    transport: (findScheme(address.scheme)?.transport ?? usualTransport).id,
    methods: resolveMethods(raw.methods),
    timeout,
    replicas,
    stream: raw.stream ?? false,
    owner: raw.mesh?.owner ?? 'consumer',
    settings,
  };
}

import { addressOf } from '../transports/address.js';
import type { CapabilityManifest } from '../model/manifest.js';
import type { NamespaceRoute, RawRequest, RawUpstream } from '../model/request.js';
import { fillSettings, mergeSettings, settingAt } from './settings.js';

/** Whose a route for an upstream is that holds for a whole namespace. */
export function namespaceRouteOf(
  { name, mesh }: RawUpstream,
  neighbours: ReadonlySet<string>,
): NamespaceRoute {
  if (mesh?.owner === 'provider') return 'theirs';
  if (!neighbours.has(name)) return 'ours';
  return mesh?.owner === 'consumer' ? 'claimed' : 'theirs';
}

/** Names of the upstreams in whose namespace the service is, as it is declared or in any of its environments. */
export function neighboursOf(
  raw: RawRequest,
  chosen: readonly CapabilityManifest[],
): ReadonlySet<string> {
  const places = [undefined, ...Object.values(raw.environments)].map((environment) => ({
    namespace: namespaceIn(raw, chosen, environment?.capabilities ?? {}),
    urlOf: ({ name, url }: RawUpstream) => environment?.upstreams[name]?.url ?? url,
  }));
  const isNeighbour = (upstream: RawUpstream): boolean =>
    places.some(
      ({ namespace, urlOf }) =>
        namespace !== undefined && addressOf(urlOf(upstream))?.namespace === namespace,
    );
  return new Set(raw.upstreams.filter(isNeighbour).map(({ name }) => name));
}

/** The namespace of the service; undefined where no setting names it. */
function namespaceIn(
  { capabilities }: RawRequest,
  chosen: readonly CapabilityManifest[],
  overrides: RawRequest['capabilities'],
): string | undefined {
  for (const manifest of chosen) {
    const path = manifest.controls.find(({ kind }) => kind === 'meshIdentity')?.values['namespace'];
    if (path === undefined) continue;
    const { id } = manifest;
    const written = mergeSettings(capabilities[id] ?? {}, overrides[id] ?? {});
    const value = settingAt(fillSettings(manifest, written, undefined), path);
    return typeof value === 'string' && value !== '' ? value : undefined;
  }
  return undefined;
}

import type { Place } from '../model/control.js';
import { matchesHost, namespaceOfHost } from './selection.js';
import type { Selector } from './selector.js';

/** A host that manifests name. */
export type KnownHost = {
  readonly host: string;
  /** The object that names it: `Kind/name`. */
  readonly from: string;
  readonly place: Place;
};

/** What a person means by a host. */
export type HostMatch =
  | { readonly kind: 'found'; readonly host: string }
  | { readonly kind: 'ambiguous'; readonly hosts: readonly string[] }
  | { readonly kind: 'unknown' };

/** Every host that the manifests hold or have policy for, each once, by the object that says most of it. */
export function knownHosts(all: Selector): readonly KnownHost[] {
  const hosts = new Map<string, KnownHost>();
  const add = (host: string, { target, place }: { target: string; place: Place }): void => {
    if (host !== '*' && host !== '' && !hosts.has(host))
      hosts.set(host, { host, from: target, place });
  };
  for (const service of all('mesh/service')) add(service.values.host, service);
  for (const entry of all('mesh/entry')) for (const host of entry.values.hosts) add(host, entry);
  for (const route of all('mesh/route')) {
    if (route.values.inMesh) for (const host of route.values.hosts) add(host, route);
    for (const { host } of route.values.destinations) add(host.value, route);
  }
  for (const policy of all('mesh/trafficPolicy')) add(policy.values.host.value, policy);
  return [...hosts.values()].sort((a, b) => (a.host < b.host ? -1 : 1));
}

/** `reviews`, `reviews.shop`, `reviews.shop.svc` and the full name, for a host of the cluster. */
export function namesOfHost(host: string): readonly string[] {
  const [, name, namespace] = /^([^.]+)\.([^.]+)\.svc\.cluster\.local$/.exec(host) ?? [];
  if (name === undefined || namespace === undefined) return [host];
  const short = `${name}.${namespace}`;
  return [name, short, `${short}.svc`, `${short}.svc.cluster`, host];
}

/**
 * Finds the host that a full or short name means.
 *
 * @param namespace of the caller, whose hosts come first for a short name
 */
export function findHost(
  name: string,
  known: readonly KnownHost[],
  namespace: string | undefined,
): HostMatch {
  const hosts = known.filter(({ host }) => !host.includes('*')).map(({ host }) => host);
  const meant = hosts.filter((host) => namesOfHost(host).includes(name));
  const [exact] = meant.filter((host) => host === name);
  const [first, ...others] = meant;
  const own = meant.filter((host) => namespaceOfHost(host) === namespace);
  const found = exact ?? (own.length === 1 ? own[0] : others.length === 0 ? first : undefined);
  if (found !== undefined) return { kind: 'found', host: found };
  if (meant.length > 0) return { kind: 'ambiguous', hosts: meant };
  const isCovered = known.some(({ host }) => host.includes('*') && matchesHost(host, name));
  return isCovered && name.includes('.') ? { kind: 'found', host: name } : { kind: 'unknown' };
}

import { addressOf } from '../transports/address.js';
import type { EgressValues } from '../model/context.js';
import type { CapabilityManifest } from '../model/manifest.js';
import type { Request, SettingValue, Settings } from '../model/request.js';
import { settingAt } from './settings.js';
import { holds } from './condition.js';

/**
 * The hosts that the process contacts besides its upstreams, as manifests declare them.
 * A host that an upstream names already is left out; each host and port stands once.
 */
export function collectEgress(
  request: Request,
  chosen: readonly CapabilityManifest[],
): EgressValues[] {
  const taken = new Set(request.upstreams.map(({ address }) => `${address.host}:${address.port}`));
  const all = chosen.flatMap((manifest) => {
    const settings = request.capabilities.get(manifest.id) ?? {};
    return manifest.egress.flatMap((declared) => {
      if ('list' in declared) return listed(settings, declared.list);
      if (!holds(declared.when, request)) return [];
      return fromUrl(settingAt(settings, declared.setting), declared.bypass);
    });
  });
  const unique = new Map<string, EgressValues>();
  for (const entry of all) {
    const key = `${entry.host}:${entry.port}`;
    if (!taken.has(key) && !unique.has(key)) unique.set(key, entry);
  }
  return [...unique.values()].sort((a, b) =>
    a.host === b.host ? a.port - b.port : a.host < b.host ? -1 : 1,
  );
}

function fromUrl(value: SettingValue | undefined, bypass: boolean): EgressValues[] {
  const address = typeof value === 'string' ? addressOf(value) : undefined;
  if (address === undefined) return [];
  return [{ ...entry(address.host, address.port, address.scheme, address.namespace), bypass }];
}

function listed(settings: Settings, path: string): EgressValues[] {
  const items = settingAt(settings, path);
  if (!Array.isArray(items)) return [];
  return (items as readonly { host: string; port: number; protocol: string }[]).map(
    ({ host, port, protocol }) =>
      entry(host, port, protocol, addressOf(`http://${host}`)?.namespace ?? ''),
  );
}

function entry(host: string, port: number, protocol: string, namespace: string): EgressValues {
  return {
    name: host.replaceAll('.', '-'),
    host,
    port,
    protocol,
    namespace,
    external: namespace === '',
    bypass: false,
  };
}

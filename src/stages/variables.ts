import type { ServicePolicy } from '../model/coherent-policy.js';
import type { VariableValues } from '../model/context.js';
import { formatDuration } from '../model/duration.js';
import type { CapabilityManifest } from '../model/manifest.js';
import type { LeafSetting, Setting } from '../model/setting.js';
import { constantCase } from '../model/names.js';
import type { Request, Settings, SettingValue, Upstream } from '../model/request.js';
import { presentValue } from '../model/setting-schema.js';
import { transportNamed } from '../transports/transports.js';
import { settingAt } from './settings.js';

/** The variables that every service reads. */
export function serviceVariables({ service }: Request, policy: ServicePolicy): VariableValues[] {
  const variable = (name: string, value: string, source: string, doc: string): VariableValues => ({
    name,
    value,
    deployed: value,
    doc,
    unit: '',
    source,
    upstream: '',
    capability: '',
  });
  return [
    variable(
      'SERVICE_PORT',
      String(service.port),
      'service.port',
      'Port that the service listens on.',
    ),
    ...callVariables(service).map(([name, value, source, doc]) =>
      variable(name, value, source, doc),
    ),
    variable(
      'SERVICE_TIMEOUT',
      formatDuration(service.timeout),
      'service.timeout',
      'Deadline of an incoming request.',
    ),
    {
      ...variable(
        'SERVICE_SHUTDOWN_DELAY',
        formatDuration(policy.shutdownDelay),
        'service.shutdown.delay',
        'From the signal to end until no further request is taken; readiness fails meanwhile.',
      ),
      deployed: formatDuration(policy.podShutdownDelay),
    },
    variable(
      'SERVICE_SHUTDOWN_TIMEOUT',
      formatDuration(policy.shutdownTimeout),
      '',
      'Longest wait for requests in flight when the service stops.',
    ),
  ];
}

/** Variables of a service whose methods have names: how it answers those who ask about it. */
function callVariables({
  transport,
  healthPort,
  reflection,
}: Request['service']): (readonly [name: string, value: string, source: string, doc: string])[] {
  if (transportNamed(transport).methodName === undefined) return [];
  const contract = 'Whether callers may ask for the contract.';
  return [
    ...(healthPort === undefined
      ? []
      : [
          [
            'SERVICE_HEALTH_PORT',
            String(healthPort),
            'service.healthPort',
            'Port of the probes over HTTP.',
          ] as const,
        ]),
    ['SERVICE_REFLECTION', String(reflection), 'service.reflection', contract],
  ];
}

/** The variables of a capability that is not set per upstream. */
export function capabilityVariables(
  manifest: CapabilityManifest,
  settings: Settings,
): VariableValues[] {
  if (manifest.upstreamKey !== undefined) return [];
  const place = { prefix: '', source: `capabilities.${manifest.id}`, upstream: '' };
  return settingVariables(manifest, settings, place);
}

/** The variables of one upstream: its own and those of the capabilities that are on for it. */
export function upstreamVariables(
  upstream: Upstream,
  chosen: readonly CapabilityManifest[],
): VariableValues[] {
  const prefix = `UPSTREAM_${constantCase(upstream.name)}_`;
  const own = (key: string, value: string, doc: string): VariableValues => ({
    name: `${prefix}${constantCase(key)}`,
    value,
    deployed: value,
    doc,
    unit: '',
    source: `upstreams.${upstream.name}.${key}`,
    upstream: upstream.name,
    capability: '',
  });
  return [
    own('url', upstream.url, `Address of ${upstream.name}.`),
    own(
      'timeout',
      formatDuration(upstream.timeout),
      `Longest whole call to ${upstream.name}, tries and pauses included.`,
    ),
    ...chosen.flatMap((manifest) => {
      const settings = upstream.settings.get(manifest.id);
      if (settings === undefined) return [];
      const source = `upstreams.${upstream.name}.${manifest.upstreamKey ?? manifest.id}`;
      return settingVariables(manifest, settings, { prefix, source, upstream: upstream.name });
    }),
  ];
}

type Place = { readonly prefix: string; readonly source: string; readonly upstream: string };

type Leaf = {
  /** Keys joined by dots. */
  readonly path: string;
  readonly setting: LeafSetting;
  /** The variable's name, without what stands for an upstream. */
  readonly name: string;
};

const leaves = new WeakMap<CapabilityManifest, readonly Leaf[]>();

/** The settings that variables stand for, found once: a fleet asks for them a thousand times. */
function leavesOf(manifest: CapabilityManifest): readonly Leaf[] {
  const known = leaves.get(manifest);
  if (known !== undefined) return known;
  const walk = (map: Readonly<Record<string, Setting>>, keys: readonly string[]): readonly Leaf[] =>
    Object.entries(map).flatMap(([key, setting]) => {
      const path = [...keys, key];
      if (setting.type === 'object') return walk(setting.settings, path);
      if (setting.env === false) return [];
      const name = setting.env ?? [manifest.id, ...path].map(constantCase).join('_');
      return [{ path: path.join('.'), setting, name }];
    });
  const found = walk(manifest.settings, []);
  leaves.set(manifest, found);
  return found;
}

/** Names of the variables that the settings of a capability become, of one that upstreams set without their prefix. */
export function variableNames(manifest: CapabilityManifest): readonly string[] {
  return manifest.upstreamKey === undefined ? leavesOf(manifest).map(({ name }) => name) : [];
}

function settingVariables(
  manifest: CapabilityManifest,
  settings: Settings,
  place: Place,
): VariableValues[] {
  return leavesOf(manifest).flatMap(({ path, setting, name }) => {
    const value = settingAt(settings, path);
    if (value === undefined) return [];
    const text = encode(setting, value);
    return [
      {
        name: place.prefix + name,
        value: text,
        deployed: text,
        doc: setting.doc,
        unit: ('unit' in setting ? setting.unit : undefined) ?? '',
        source: `${place.source}.${path}`,
        upstream: place.upstream,
        capability: manifest.id,
      },
    ];
  });
}

/** A value as the process reads it: durations with their unit, lists joined by commas. */
function encode(setting: LeafSetting, value: SettingValue): string {
  const presented = presentValue(setting, value);
  return (Array.isArray(presented) ? (presented as readonly SettingValue[]) : [presented])
    .map((item) => (typeof item === 'object' ? JSON.stringify(item) : String(item)))
    .join(',');
}

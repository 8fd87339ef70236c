import type { Catalog } from '../model/catalog.js';
import { servicePolicy, upstreamPolicy, type AppRetries } from '../model/coherent-policy.js';
import type { EgressValues, MeshValues } from '../model/context.js';
import type { ControlKind } from '../model/control.js';
import type { CapabilityManifest } from '../model/manifest.js';
import type {
  Emission,
  MeshCaller,
  MeshEmitter,
  MeshIntent,
  MeshPlace,
  OpenPaths,
  Served,
  UpstreamIntent,
} from '../model/mesh-emitter.js';
import type { Request, Settings, SettingValue, Upstream } from '../model/request.js';
import { transportNamed } from '../transports/transports.js';
import { collectEgress } from './egress.js';
import { numericFields, settingAt } from './settings.js';

/** The HPA may triple the service before a person has to look. */
const MAX_REPLICAS_FACTOR = 3;

const nothing: Emission = { service: {}, upstreams: new Map(), unsaid: [] };

/** What a service wants of its mesh, and what that mesh makes of it. */
export type MeshSide = { readonly intent: MeshIntent; readonly emission: Emission };

/**
 * Asks the mesh of a service what it emits.
 *
 * @returns undefined when no capability puts the service into a mesh; with one that names no mesh, nothing is emitted
 */
export function meshSide(
  request: Request,
  chosen: readonly CapabilityManifest[],
  catalog: Pick<Catalog, 'meshes'>,
): MeshSide | undefined {
  const intent = meshIntent(request, chosen, collectEgress(request, chosen));
  if (intent === undefined) return undefined;
  return { intent, emission: meshOf(request, catalog)?.emit(intent) ?? nothing };
}

/** The mesh that the request names. */
export function meshOf(
  { mesh }: Request,
  { meshes }: Pick<Catalog, 'meshes'>,
): MeshEmitter | undefined {
  return meshes.find(({ id }) => id === mesh);
}

/** What templates of every mesh print of the service's place. */
export function meshValues(intent: MeshIntent, mesh: MeshEmitter | undefined): MeshValues {
  const { service, place } = intent;
  return {
    namespace: place.namespace,
    host: `${service}.${place.namespace}.svc.cluster.local`,
    scaled: place.replicas > 1,
    maxReplicas: place.replicas * MAX_REPLICAS_FACTOR,
    observed: place.observed,
    title: mesh?.title ?? '',
  };
}

/** The service's wishes, from the settings that stand for its place in a mesh. */
export function meshIntent(
  request: Request,
  chosen: readonly CapabilityManifest[],
  egress: readonly EgressValues[],
): MeshIntent | undefined {
  const identity = fieldsOf(request, chosen, 'meshIdentity');
  if (identity === undefined) return undefined;
  const users = fieldsOf(request, chosen, 'authentication')?.fields;
  return {
    service: request.service.name,
    place: placeOf(identity.fields),
    issuer: users === undefined ? undefined : textOf(users['issuer']),
    openPaths: openPaths(request, users),
    served: servedBy(request),
    policy: servicePolicy(request.service.timeout, request.service),
    upstreams: request.upstreams.map((upstream) => upstreamIntent(upstream, chosen)),
    egress,
    settings: identity.settings,
  };
}

function servedBy({ service: { transport, methods, port, healthPort } }: Request): Served {
  const { healthMethods = [] } = transportNamed(transport);
  const ports = healthPort === undefined ? [port] : [port, healthPort];
  return { ports, transport, methods: methods.map(({ name }) => name), healthMethods };
}

function openPaths({ service }: Request, users: Fields = {}): OpenPaths {
  const { knows, probes: paths } = service;
  const known = knows.port ? (['live', 'ready'] as const).filter((probe) => knows[probe]) : [];
  const probes = [...new Set(known.map((probe) => paths[probe]))];
  const anonymous = (users['anonymousPaths'] ?? []) as readonly string[];
  const { methodName } = transportNamed(service.transport);
  const isAsked = (path: string) => methodName === undefined || methodName.pattern.test(path);
  return {
    probes,
    anonymous: [...new Set(anonymous)].filter((path) => isAsked(path) && !probes.includes(path)),
  };
}

/** What the mesh should do for calls to one upstream. */
export function upstreamIntent(
  upstream: Upstream,
  chosen: readonly CapabilityManifest[],
): UpstreamIntent {
  return {
    upstream,
    policy: upstreamPolicy(upstream, appRetries(upstream, chosen)),
    policed: upstream.owner === 'consumer' && !upstream.address.isOpaque,
  };
}

/** What the application's retries of one upstream are, by the control that a manifest declares. */
export function appRetries(
  upstream: Upstream,
  manifests: readonly CapabilityManifest[],
): AppRetries | undefined {
  for (const manifest of manifests) {
    const settings = upstream.settings.get(manifest.id);
    const control = manifest.controls.find(
      ({ kind, layer, target }) => kind === 'retries' && layer === 'app' && target === 'upstream',
    );
    if (settings === undefined || control === undefined) continue;
    const fields = numericFields(control, settings);
    return {
      tries: fields['tries'] ?? 1,
      perTryTimeout: fields['perTryTimeout'] ?? upstream.timeout,
      backoffInitial: fields['backoffInitial'] ?? 0,
      backoffMax: fields['backoffMax'] ?? 0,
    };
  }
  return undefined;
}

/** Id of the mesh that a setting names. */
export function meshName(
  request: Pick<Request, 'capabilities'>,
  chosen: readonly CapabilityManifest[],
): string | undefined {
  const name = fieldsOf(request, chosen, 'meshIdentity')?.fields['mesh'];
  return typeof name === 'string' ? name : undefined;
}

type Fields = Readonly<Record<string, SettingValue>>;

function placeOf(fields: Fields): MeshPlace {
  const callers = (fields['callers'] ?? []) as readonly Partial<MeshCaller>[];
  return {
    namespace: textOf(fields['namespace']),
    trustDomain: textOf(fields['trustDomain']),
    replicas: Number(fields['replicas']),
    callers: callers.map(({ namespace = '', serviceAccount = '', users = false }) => ({
      namespace,
      serviceAccount,
      users,
    })),
    observed: fields['rollout'] === 'observe',
  };
}

/** Settings that stand for these fields are text. */
function textOf(value: SettingValue | undefined): string {
  return typeof value === 'string' ? value : '';
}

/** The settings behind the first service-wide control of a kind: all of its capability, and by field. */
export function fieldsOf(
  request: Pick<Request, 'capabilities'>,
  chosen: readonly CapabilityManifest[],
  kind: ControlKind,
): { readonly id: string; readonly settings: Settings; readonly fields: Fields } | undefined {
  for (const { id, controls } of chosen) {
    const control = controls.find((candidate) => candidate.kind === kind);
    const settings = request.capabilities.get(id);
    if (control === undefined || settings === undefined) continue;
    const fields = Object.entries(control.values).flatMap(([field, path]) => {
      const value = settingAt(settings, path);
      return value === undefined ? [] : [[field, value] as const];
    });
    return { id, settings, fields: Object.fromEntries(fields) };
  }
  return undefined;
}

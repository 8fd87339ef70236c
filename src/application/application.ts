import { addressOf } from '../transports/address.js';
import type { AppControl, CallControl } from '../model/app-control.js';
import type { Catalog } from '../model/catalog.js';
import { servicePolicy } from '../model/coherent-policy.js';
import type { Place, Value } from '../model/control.js';
import type { VariableValues } from '../model/context.js';
import { parseDuration } from '../model/duration.js';
import type { CapabilityManifest } from '../model/manifest.js';
import type { Method, Request, Resolution, Upstream } from '../model/request.js';
import { collectEgress } from '../stages/egress.js';
import { fieldsOf } from '../stages/mesh-intent.js';
import { capabilityVariables, serviceVariables, upstreamVariables } from '../stages/variables.js';
import { readAppControl } from './app-control-fields.js';
import type { FindDeclared } from './declared-place.js';

export type ApplicationSource = {
  readonly resolution: Resolution;
  readonly catalog: Catalog;
  /** Variables as the Deployment on disk sets them. */
  readonly environment: ReadonlyMap<string, Value<string>>;
  readonly findDeclared: FindDeclared;
};

/**
 * The application's controls: what scaffold.yaml declares through the capability manifests, overridden by
 * the variables that the Deployment really sets.
 */
export function readApplication(source: ApplicationSource): AppControl[] {
  const { request, placeholders, unknown } = source.resolution;
  const chosen = source.catalog.capabilities.filter(({ id }) => request.active.has(id));
  const namespace = namespaceOf(request, chosen);
  const service: AppControl[] = [
    ...serverOf(source, namespace),
    ...chosen.flatMap((manifest) => ofCapability(manifest, namespace, source)),
    ...contactsOf(source, chosen, namespace),
    ...[...placeholders, ...unknown].map((setting): AppControl => {
      const path = setting.startsWith('service.') ? setting : `capabilities.${setting}`;
      const place = source.findDeclared(path.split('.'));
      return {
        layer: 'app',
        kind: 'placeholder',
        target: setting,
        namespace,
        place,
        values: { setting, isUnknown: unknown.includes(setting) },
      };
    }),
  ];
  const methods = methodsOf(request, namespace, source);
  const undeclared = source.resolution.undeclared.map((values): AppControl => {
    const place = source.findDeclared((values.setting ?? 'upstreams').split('.'));
    return { layer: 'app', kind: 'undeclared', target: values.what, namespace, place, values };
  });
  return [
    ...service,
    ...undeclared,
    ...methods,
    ...request.upstreams.flatMap((upstream) => ofUpstream(upstream, { chosen, namespace, source })),
  ];
}

/** Declared methods, each at its place. */
function methodsOf(
  { service, upstreams }: Request,
  namespace: string,
  { findDeclared }: ApplicationSource,
): AppControl[] {
  const controls = (
    of: 'service' | 'upstream',
    { name: target, methods }: { readonly name: string; readonly methods: readonly Method[] },
  ): AppControl[] =>
    methods.map((method) => {
      const above = of === 'service' ? ['service'] : ['upstreams', target];
      const place = findDeclared([...above, 'methods', method.name]);
      return { layer: 'app', kind: 'method', target, namespace, place, values: { ...method, of } };
    });
  return [
    ...controls('service', service),
    ...upstreams.flatMap((upstream) => controls('upstream', upstream)),
  ];
}

/** The namespace that the service itself says it lives in. */
function namespaceOf(request: Request, chosen: readonly CapabilityManifest[]): string {
  for (const { id, controls } of chosen) {
    const identity = controls.find(({ kind }) => kind === 'meshIdentity');
    const value = request.capabilities.get(id)?.[identity?.values['namespace'] ?? ''];
    if (typeof value === 'string') return value;
  }
  return 'default';
}

/** The process as a server: of one made by hand only what is declared, so that rules about the rest read nothing. */
function serverOf(
  { resolution, environment, findDeclared }: ApplicationSource,
  namespace: string,
): AppControl[] {
  const { service } = resolution.request;
  const { knows } = service;
  const policy = servicePolicy(service.timeout, service);
  const variables = service.adopted ? [] : serviceVariables(resolution.request, policy);
  const read = (name: string, path: readonly string[], fallback: number): Value<number> =>
    service.adopted
      ? { value: fallback, basis: 'declared', place: findDeclared(path) }
      : milliseconds(variable(variables, name, environment, findDeclared(path)), fallback);
  const declared = <T>(value: T, path: readonly string[] = ['service']): Value<T> => ({
    value,
    basis: 'declared',
    place: findDeclared(path),
  });
  const common = {
    layer: 'app',
    target: service.name,
    namespace,
    place: findDeclared(['service']),
  } as const;
  const shutdown = service.adopted ? ['service', 'shutdown', 'timeout'] : ['service'];
  return [
    {
      ...common,
      kind: 'server',
      values: {
        host: `${service.name}.${namespace}.svc.cluster.local`,
        transport: service.transport,
        methods: service.methods,
        port: declared(service.port),
        timeout: knows.timeout
          ? read('SERVICE_TIMEOUT', ['service', 'timeout'], service.timeout)
          : undefined,
        connections: service.adopted ? undefined : declared(policy.appConnections),
      },
    },
    ...(knows.idleTimeout
      ? [
          {
            ...common,
            kind: 'idling' as const,
            values: {
              idleTimeout: declared(
                policy.idleTimeout,
                service.adopted ? ['service', 'idleTimeout'] : ['service'],
              ),
            },
          },
        ]
      : []),
    ...(knows.shutdown
      ? [
          {
            ...common,
            kind: 'stopping' as const,
            values: {
              shutdownDelay: read(
                'SERVICE_SHUTDOWN_DELAY',
                ['service', 'shutdown', 'delay'],
                policy.podShutdownDelay,
              ),
              shutdownTimeout: read('SERVICE_SHUTDOWN_TIMEOUT', shutdown, policy.shutdownTimeout),
            },
          },
        ]
      : []),
  ];
}

function ofCapability(
  manifest: CapabilityManifest,
  namespace: string,
  { resolution, environment, findDeclared }: ApplicationSource,
): AppControl[] {
  const settings = resolution.request.capabilities.get(manifest.id) ?? {};
  const variables = capabilityVariables(manifest, settings);
  const source = { manifest, settings, variables, environment, findDeclared };
  return manifest.controls
    .filter(({ target }) => target === 'service')
    .flatMap((control) => {
      const place = findDeclared(['capabilities', manifest.id]);
      return readAppControl(
        control,
        { target: resolution.request.service.name, namespace, place },
        source,
      );
    });
}

type UpstreamScope = {
  readonly chosen: readonly CapabilityManifest[];
  readonly namespace: string;
  readonly source: ApplicationSource;
};

function ofUpstream(
  upstream: Upstream,
  { chosen, namespace, source }: UpstreamScope,
): AppControl[] {
  const { environment, findDeclared } = source;
  const variables = upstreamVariables(upstream, chosen);
  return [
    callOf(upstream, variables, { namespace, source }),
    ...chosen.flatMap((manifest) => {
      const settings = upstream.settings.get(manifest.id);
      if (settings === undefined) return [];
      const own = variables.filter(({ capability }) => capability === manifest.id);
      const place = findDeclared(['upstreams', upstream.name]);
      return manifest.controls
        .filter(({ target }) => target === 'upstream')
        .flatMap((control) =>
          readAppControl(
            control,
            { target: upstream.name, namespace, place },
            { manifest, settings, variables: own, environment, findDeclared },
          ),
        );
    }),
  ];
}

function callOf(
  upstream: Upstream,
  variables: readonly VariableValues[],
  { namespace, source }: Omit<UpstreamScope, 'chosen'>,
): CallControl {
  const { environment, findDeclared } = source;
  const at = (key: string): Place => findDeclared(['upstreams', upstream.name, key]);
  const named = (key: string) =>
    variables.find(({ source: path }) => path.endsWith(`.${upstream.name}.${key}`));
  const url = variable(variables, named('url')?.name ?? '', environment, at('url'));
  const timeout = variable(variables, named('timeout')?.name ?? '', environment, at('timeout'));
  const address = addressOf(url.value) ?? upstream.address;
  const { host, port, scheme, external } = address;
  return {
    layer: 'app',
    kind: 'call',
    target: upstream.name,
    namespace,
    place: findDeclared(['upstreams', upstream.name]),
    values: {
      url,
      host,
      port,
      scheme,
      external,
      ...(upstream.methods.length > 0 && { methods: upstream.methods }),
      timeout: milliseconds(timeout, upstream.timeout),
      replicas: { value: upstream.replicas, basis: 'declared', place: at('replicas') },
      stream: upstream.stream,
      owner: { value: ownerOf(upstream, source), basis: 'declared', place: at('mesh') },
    },
  };
}

/** Whose the mesh's routes to an upstream are. */
function ownerOf(
  { owner, namespaceRoute }: Upstream,
  { resolution: { request }, catalog }: ApplicationSource,
): Upstream['owner'] {
  const mesh = catalog.meshes.find(({ id }) => id === request.mesh);
  const chosen = catalog.capabilities.filter(({ id }) => request.active.has(id));
  const settings = fieldsOf(request, chosen, 'meshIdentity')?.settings ?? {};
  const isLeft = namespaceRoute === 'theirs' && mesh?.bindsNamespaces?.(settings) === true;
  return isLeft ? 'provider' : owner;
}

function contactsOf(
  { resolution, findDeclared }: ApplicationSource,
  chosen: readonly CapabilityManifest[],
  namespace: string,
): AppControl[] {
  return collectEgress(resolution.request, chosen).map(({ host, port, external, bypass }) => ({
    layer: 'app',
    kind: 'contact',
    target: host,
    namespace,
    place: findDeclared(['capabilities']),
    values: { host, port, external, bypass },
  }));
}

function variable(
  variables: readonly VariableValues[],
  name: string,
  environment: ReadonlyMap<string, Value<string>>,
  place: Place,
): Value<string> {
  const value = variables.find((candidate) => candidate.name === name)?.deployed ?? '';
  return environment.get(name) ?? { value, basis: 'declared', place };
}

function milliseconds(text: Value<string>, fallback: number): Value<number> {
  return { ...text, value: parseDuration(text.value) ?? fallback };
}

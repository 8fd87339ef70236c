import type { Catalog } from '../model/catalog.js';
import { servicePolicy, type ServicePolicy } from '../model/coherent-policy.js';
import type {
  DependencyValues,
  Emitted,
  PresentedSettings,
  RenderContext,
  ServicePolicyValues,
  UpstreamValues,
} from '../model/context.js';
import { formatDuration } from '../model/duration.js';
import type { CapabilityManifest, TemplateManifest } from '../model/manifest.js';
import { camelCase, constantCase, pascalCase } from '../model/names.js';
import { selectRecorded } from '../model/recorded.js';
import type { Request, Resolution, Settings, Upstream } from '../model/request.js';
import { presentValue } from '../model/setting-schema.js';
import { transportNamed } from '../transports/transports.js';
import { collectEgress } from './egress.js';
import { ownValues } from './own-variable-values.js';
import { meshOf, meshSide, meshValues, upstreamIntent } from './mesh-intent.js';
import { isPlaceholder } from './service-settings.js';
import { toolValues } from './tool-values.js';
import { transportFeatures } from './transport-features.js';
import { transportIds } from './transport-schema.js';
import { capabilityVariables, serviceVariables, upstreamVariables } from './variables.js';

/** The slot for further variables of the container, beside `variables`. */
const ENVIRONMENT_SLOT = 'container-env';

/** Computes every value that templates print; a template itself holds no logic. */
export function buildContext(resolution: Resolution, catalog: Catalog): RenderContext {
  const { request } = resolution;
  const template = findTemplate(request, catalog);
  const chosen = catalog.capabilities
    .filter(({ id }) => request.active.has(id))
    .sort((a, b) => a.order - b.order || (a.id < b.id ? -1 : 1));
  const policy = servicePolicy(request.service.timeout, request.service);
  const egress = collectEgress(request, chosen);
  const mesh = meshSide(request, chosen, catalog);
  const upstreams = request.upstreams.map((upstream) =>
    upstreamValues(upstream, {
      chosen,
      catalog,
      emitted: mesh?.emission.upstreams.get(upstream.name) ?? {},
    }),
  );
  const variablesOf = Object.fromEntries(
    chosen.map((manifest) => [
      manifest.id,
      capabilityVariables(manifest, request.capabilities.get(manifest.id) ?? {}),
    ]),
  );
  const features = new Set([...request.active, ...transportFeatures(request)]);
  const variables = [
    // Code made by hand reads its own.
    ...(request.service.adopted ? [] : serviceVariables(request, policy)),
    ...Object.values(variablesOf).flat(),
    ...upstreams.flatMap((upstream) => upstream.variables),
  ];
  const own = ownValues(request.service.variables);
  return {
    service: {
      name: request.service.name,
      goName: pascalCase(request.service.name),
      constName: constantCase(request.service.name),
      language: request.service.language,
      module: request.service.module,
      port: request.service.port,
      timeout: formatDuration(request.service.timeout),
      image: request.service.image,
      ...imageParts(request.service.image),
      probes: request.service.probes,
      adopted: request.service.adopted,
      ...callsOf(request.service),
      ...knowledge(request.service),
    },
    has: presence(catalog, (id) => request.active.has(id)),
    hasUpstreams: upstreams.length > 0,
    ...transportValues(request),
    settings: presentAll(chosen, request.capabilities),
    upstreams,
    policy: servicePolicyValues(policy),
    variables,
    own,
    hasEnvironment:
      variables.length > 0 ||
      own.variables.some(({ isSet, secret, configMap }) => isSet || secret + configMap !== '') ||
      [template, ...chosen]
        .flatMap(({ slots }) => slots)
        .some(
          ({ slot, language }) =>
            slot === ENVIRONMENT_SLOT && (language ?? template.language) === template.language,
        ),
    variablesOf,
    ...(mesh !== undefined && { mesh: meshValues(mesh.intent, meshOf(request, catalog)) }),
    emitted: mesh?.emission.service ?? {},
    egress,
    placeholders: resolution.placeholders,
    recorded: selectRecorded(catalog.recorded[request.service.language] ?? {}, features),
    ...dependencyValues(request, template, chosen),
    memory: template.memory,
    environments: request.environments,
    capabilities: chosen.map(({ id, title, summary }) => ({ id, title, summary })),
    tool: toolValues(request.tool, catalog.version),
  };
}

/** What a build pushes to; docker.io where the image names no registry, as distribution/reference has it. */
function imageParts(image: string): Pick<RenderContext['service'], 'repository' | 'registry'> {
  if (isPlaceholder(image)) return { repository: '', registry: '' };
  const repository = image.replace(/@.*$/, '').replace(/:[^/]*$/, '');
  const [first = '', ...rest] = repository.split('/');
  const isRegistry = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost');
  return { repository, registry: isRegistry ? first : 'docker.io' };
}

/** Whether the service uses each transport, and as what. */
function transportValues({
  service,
  upstreams,
}: Request): Pick<RenderContext, 'serves' | 'calls' | 'uses'> {
  const called = new Set(upstreams.map(({ transport }) => transport));
  return {
    serves: byTransport((id) => id === service.transport),
    calls: byTransport((id) => called.has(id)),
    uses: byTransport((id) => id === service.transport || called.has(id)),
  };
}

function byTransport(isIt: (id: string) => boolean): Record<string, boolean> {
  return Object.fromEntries(transportIds.map((id) => [id, isIt(id)]));
}

/** How manifests name what the service is called by, and whom probes ask. */
function callsOf({
  transport,
  healthPort,
  reflection,
}: Request['service']): Pick<
  RenderContext['service'],
  'transport' | 'healthPort' | 'reflection' | 'probePort' | 'probedByCall'
> {
  const isCalled = transportNamed(transport).healthMethods !== undefined;
  return {
    transport,
    healthPort: healthPort ?? 0,
    reflection,
    probePort: healthPort === undefined ? transport : 'health',
    probedByCall: isCalled && healthPort === undefined,
  };
}

/** What manifests may claim of the process. */
function knowledge({
  knows,
  healthPort,
}: Request['service']): Pick<RenderContext['service'], 'knows' | 'probed'> {
  const { port, idleTimeout, shutdown } = knows;
  const isThere = port || healthPort !== undefined;
  return {
    knows: { port, idleTimeout, shutdown },
    probed: { live: isThere && knows.live, ready: isThere && knows.ready },
  };
}

type UpstreamScope = {
  readonly chosen: readonly CapabilityManifest[];
  readonly catalog: Catalog;
  readonly emitted: Emitted;
};

function upstreamValues(
  upstream: Upstream,
  { chosen, catalog, emitted }: UpstreamScope,
): UpstreamValues {
  const { address } = upstream;
  const { policy, policed } = upstreamIntent(upstream, chosen);
  return {
    name: upstream.name,
    goName: pascalCase(upstream.name),
    camelName: camelCase(upstream.name),
    constName: constantCase(upstream.name),
    url: upstream.url,
    scheme: address.scheme,
    over: byTransport((id) => id === upstream.transport),
    host: address.host,
    port: address.port,
    namespace: address.namespace,
    external: address.external,
    opaque: address.isOpaque,
    timeout: formatDuration(upstream.timeout),
    replicas: upstream.replicas,
    stream: upstream.stream,
    ownedHere: upstream.owner === 'consumer',
    policed,
    emitted,
    has: presence(catalog, (id) => upstream.settings.has(id)),
    settings: presentAll(chosen, upstream.settings),
    policy: {
      repeated: policy.repeated,
      appTries: policy.appTries,
      perTryTimeout: formatDuration(policy.perTryTimeout),
    },
    variables: upstreamVariables(upstream, chosen),
  };
}

function presence(catalog: Catalog, isPresent: (id: string) => boolean): Record<string, boolean> {
  return Object.fromEntries(catalog.capabilities.map(({ id }) => [id, isPresent(id)]));
}

function presentAll(
  manifests: readonly CapabilityManifest[],
  all: ReadonlyMap<string, Settings>,
): Record<string, PresentedSettings> {
  return Object.fromEntries(
    manifests.flatMap(({ id, settings: declared }) => {
      const settings = all.get(id);
      if (settings === undefined) return [];
      return [[id, presentSettings(declared, settings)]];
    }),
  );
}

function presentSettings(
  declared: CapabilityManifest['settings'],
  settings: Settings,
): PresentedSettings {
  return presentValue(
    { type: 'object', doc: 'all', settings: declared, required: [] },
    settings,
  ) as PresentedSettings;
}

function servicePolicyValues(policy: ServicePolicy): ServicePolicyValues {
  return {
    requestTimeout: formatDuration(policy.requestTimeout),
    readTimeout: formatDuration(policy.readTimeout),
    readHeaderTimeout: formatDuration(policy.readHeaderTimeout),
    writeTimeout: formatDuration(policy.writeTimeout),
    idleTimeout: formatDuration(policy.idleTimeout),
    meshIdleTimeout: formatDuration(policy.meshIdleTimeout),
    shutdownDelay: formatDuration(policy.shutdownDelay),
    podShutdownDelay: policy.podShutdownDelay === 0 ? '' : formatDuration(policy.podShutdownDelay),
    shutdownTimeout: formatDuration(policy.shutdownTimeout),
    preStopSeconds: policy.preStop / 1_000,
    gracePeriodSeconds: policy.gracePeriod / 1_000,
    appConnections: policy.appConnections,
  };
}

function findTemplate({ service: { language } }: Request, catalog: Catalog): TemplateManifest {
  const template = catalog.languages.find((candidate) => candidate.language === language);
  if (template === undefined) throw new Error(`no templates for ${language}`);
  return template;
}

function dependencyValues(
  { service: { language } }: Request,
  template: TemplateManifest,
  chosen: readonly CapabilityManifest[],
): Pick<RenderContext, 'dependencies' | 'devDependencies'> {
  const union = (kind: 'dependencies' | 'devDependencies'): DependencyValues[] =>
    Object.entries({
      ...template[kind],
      ...Object.assign({}, ...chosen.map((manifest) => manifest[kind][language])),
    } as Record<string, string>)
      .map(([name, version]) => ({ name, version }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  return { dependencies: union('dependencies'), devDependencies: union('devDependencies') };
}

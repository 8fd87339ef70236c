import type { Catalog } from '../model/catalog.js';
import type {
  DependencyValues,
  PresentedSettings,
  RenderContext,
  ServiceEntryValues,
  ServicePolicyValues,
  UpstreamPolicyValues,
  UpstreamValues,
} from '../model/context.js';
import { formatDuration } from '../model/duration.js';
import type { CapabilityManifest, TemplateManifest } from '../model/manifest.js';
import { camelCase, constantCase, pascalCase } from '../model/names.js';
import {
  servicePolicy,
  upstreamPolicy,
  type AppRetries,
  type ServicePolicy,
  type UpstreamPolicy,
} from '../meshes/istio/emit/policy.js';
import { selectRecorded } from '../model/recorded.js';
import type { Request, Resolution, Settings, Upstream } from '../model/request.js';
import { presentValue } from '../model/setting-schema.js';
import { collectEgress } from './egress.js';
import { meshValues, upstreamEntry } from '../meshes/istio/emit/mesh-values.js';
import { numericFields } from './settings.js';
import { toolValues } from './tool-values.js';
import { capabilityVariables, serviceVariables, upstreamVariables } from './variables.js';

/** The feature, beside capability ids, on which recorded dependency lists depend. */
const UPSTREAMS_FEATURE = 'upstreams';

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
  const upstreams = request.upstreams.map((upstream) =>
    withEntry(
      upstreamValues(upstream, chosen, catalog),
      upstreamEntry(upstream, request.upstreams, egress),
    ),
  );
  const mesh = meshValues(request, chosen, { upstreams, egress });
  const variablesOf = Object.fromEntries(
    chosen.map((manifest) => [
      manifest.id,
      capabilityVariables(manifest, request.capabilities.get(manifest.id) ?? {}),
    ]),
  );
  const features = new Set([
    ...request.active,
    ...(upstreams.length > 0 ? [UPSTREAMS_FEATURE] : []),
  ]);
  const variables = [
    // Code made by hand reads its own.
    ...(request.service.adopted ? [] : serviceVariables(request, policy)),
    ...Object.values(variablesOf).flat(),
    ...upstreams.flatMap((upstream) => upstream.variables),
  ];
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
      probes: request.service.probes,
      adopted: request.service.adopted,
      ...knowledge(request.service),
    },
    has: presence(catalog, (id) => request.active.has(id)),
    hasUpstreams: upstreams.length > 0,
    settings: presentAll(chosen, request.capabilities),
    upstreams,
    policy: servicePolicyValues(policy),
    variables,
    hasEnvironment:
      variables.length > 0 ||
      [template, ...chosen]
        .flatMap(({ slots }) => slots)
        .some(
          ({ slot, language }) =>
            slot === ENVIRONMENT_SLOT && (language ?? template.language) === template.language,
        ),
    variablesOf,
    ...(mesh !== undefined && { mesh }),
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

/** What manifests may claim of the process. */
function knowledge({
  knows,
}: Request['service']): Pick<RenderContext['service'], 'knows' | 'probed'> {
  const { port, idleTimeout, shutdown } = knows;
  return {
    knows: { port, idleTimeout, shutdown },
    probed: { live: port && knows.live, ready: port && knows.ready },
  };
}

function withEntry(values: UpstreamValues, entry: ServiceEntryValues | undefined): UpstreamValues {
  return entry === undefined ? values : { ...values, inMeshFiles: true, hasEntry: true, entry };
}

function upstreamValues(
  upstream: Upstream,
  chosen: readonly CapabilityManifest[],
  catalog: Catalog,
): UpstreamValues {
  const { address } = upstream;
  const policed = upstream.owner === 'consumer' && address.scheme === 'http';
  return {
    name: upstream.name,
    goName: pascalCase(upstream.name),
    camelName: camelCase(upstream.name),
    constName: constantCase(upstream.name),
    url: upstream.url,
    scheme: address.scheme,
    host: address.host,
    port: address.port,
    namespace: address.namespace,
    external: address.external,
    opaque: address.scheme === 'https',
    timeout: formatDuration(upstream.timeout),
    replicas: upstream.replicas,
    stream: upstream.stream,
    ownedHere: upstream.owner === 'consumer',
    policed,
    inMeshFiles: policed,
    hasEntry: false,
    has: presence(catalog, (id) => upstream.settings.has(id)),
    settings: presentAll(chosen, upstream.settings),
    policy: upstreamPolicyValues(upstreamPolicy(upstream, appRetries(upstream, chosen))),
    variables: upstreamVariables(upstream, chosen),
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

function upstreamPolicyValues(policy: UpstreamPolicy): UpstreamPolicyValues {
  return {
    ...policy,
    perTryTimeout: formatDuration(policy.perTryTimeout),
    repeatedTimeout: formatDuration(policy.repeatedTimeout),
    otherTimeout: formatDuration(policy.otherTimeout),
    connectTimeout: formatDuration(policy.connectTimeout),
    interval: formatDuration(policy.interval),
    baseEjectionTime: formatDuration(policy.baseEjectionTime),
  };
}

function servicePolicyValues(policy: ServicePolicy): ServicePolicyValues {
  const { preStop, gracePeriod, podShutdownDelay, ...rest } = policy;
  return {
    ...rest,
    requestTimeout: formatDuration(policy.requestTimeout),
    readTimeout: formatDuration(policy.readTimeout),
    readHeaderTimeout: formatDuration(policy.readHeaderTimeout),
    writeTimeout: formatDuration(policy.writeTimeout),
    idleTimeout: formatDuration(policy.idleTimeout),
    meshIdleTimeout: formatDuration(policy.meshIdleTimeout),
    shutdownDelay: formatDuration(policy.shutdownDelay),
    podShutdownDelay: podShutdownDelay === 0 ? '' : formatDuration(podShutdownDelay),
    shutdownTimeout: formatDuration(policy.shutdownTimeout),
    terminationDrainDuration: formatDuration(policy.terminationDrainDuration),
    drainDuration: formatDuration(policy.drainDuration),
    preStopSeconds: preStop / 1_000,
    gracePeriodSeconds: gracePeriod / 1_000,
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

import type { Catalog } from '../model/catalog.js';
import { inputError } from '../model/errors.js';
import type { CapabilityManifest, TemplateManifest } from '../model/manifest.js';
import type {
  Method,
  RawMethod,
  RawRequest,
  Request,
  Undeclared,
  Upstream,
} from '../model/request.js';
import { quote } from '../model/text.js';
import { transportNamed, usualTransport } from '../transports/transports.js';
import { defaultProbes } from './request-schema.js';
import { defaultPort, placeholderImage } from './service-settings.js';

type Probes = Request['service']['probes'];

const ADOPTED_MODULE = /^[\w.~@/-]+$/;

/** The template of the language that was asked for, else the first one. */
export function findLanguage(
  { service }: RawRequest,
  { languages }: Catalog,
): TemplateManifest | undefined {
  return languages.find(({ language }) => language === service.language) ?? languages[0];
}

/**
 * Fills the defaults of the service itself.
 *
 * @param derivedTimeout deadline of an incoming request where none is declared, ms
 * @throws ToolError exit 2: a module that its language does not allow, settings for adopted services in another
 */
export function resolveService(
  raw: RawRequest,
  derivedTimeout: number,
  catalog: Catalog,
): Request['service'] {
  const { name, module, port, timeout, image, shutdown, probes, idleTimeout } = raw.service;
  const adopted = raw.service.adopted === true;
  const language = findLanguage(raw, catalog);
  if (language === undefined) throw new Error('the catalog has no language');
  const resolvedModule = module ?? language.module.default.replace('{name}', name);
  // A name that was there before is not ours to judge, as long as it is safe to print.
  const pattern = adopted ? ADOPTED_MODULE : new RegExp(language.module.pattern);
  if (!adopted) refuseForAdopted(raw.service);
  if (!pattern.test(resolvedModule)) {
    throw inputError(
      'invalid-module',
      `${quote(resolvedModule)} is not ${language.module.doc}.`,
      `An example: ${language.module.default.replace('{name}', name)}.`,
    );
  }
  return {
    name,
    language: language.language,
    module: resolvedModule,
    transport: raw.service.transport ?? usualTransport.id,
    methods: resolveMethods(raw.service.methods),
    healthPort: raw.service.healthPort,
    reflection: raw.service.reflection ?? false,
    port: port ?? defaultPort,
    timeout: timeout ?? derivedTimeout,
    image: image ?? placeholderImage(name),
    shutdownDelay: shutdown?.delay,
    shutdownTimeout: shutdown?.timeout,
    idleTimeout,
    probes: { ...probesOf(raw.service), ...withoutAbsent(probes) },
    knows: {
      port: !adopted || port !== undefined,
      live: !adopted || probes?.live !== undefined,
      ready: !adopted || probes?.ready !== undefined,
      timeout: !adopted || timeout !== undefined,
      idleTimeout: !adopted || idleTimeout !== undefined,
      shutdown: !adopted || shutdown?.timeout !== undefined,
    },
    adopted,
    variables: raw.service.variables ?? [],
  };
}

/**
 * Where probes ask: over HTTP at paths, or by the method that the transport has for them.
 *
 * @throws ToolError exit 2: a path where only the method is answered
 */
function probesOf({ transport, healthPort, probes }: RawRequest['service']): Probes {
  const { id, healthMethods } = transportNamed(transport ?? usualTransport.id);
  const [method] = healthMethods ?? [];
  if (method === undefined || healthPort !== undefined) return defaultProbes;
  for (const [key, path] of Object.entries(withoutAbsent(probes))) {
    if (path === method) continue;
    throw inputError(
      'invalid-request',
      `service.probes.${key} ${quote(path)}: a service that is called by ${id} answers probes at ${method}.`,
      'Write that, or declare service.healthPort, where it answers over HTTP.',
    );
  }
  return { live: method, ready: method };
}

function withoutAbsent(probes: RawRequest['service']['probes']): Partial<Probes> {
  const { live, ready } = probes ?? {};
  return { ...(live !== undefined && { live }), ...(ready !== undefined && { ready }) };
}

/** Methods as declared; one that does not say may not be repeated. */
export function resolveMethods(methods: readonly RawMethod[] = []): readonly Method[] {
  return methods.map(({ name, idempotent = false }) => ({ name, idempotent }));
}

/** What the code of the templates does is the same in each of them. */
function refuseForAdopted({ probes, shutdown, idleTimeout }: RawRequest['service']): void {
  const facts = [
    ['probes', probes, 'the code of the others answers at /healthz and /readyz'],
    ['idleTimeout', idleTimeout, 'the code of the others closes idle connections after 90s'],
    ['shutdown.timeout', shutdown?.timeout, 'in the others it follows from service.timeout'],
  ] as const;
  for (const [key, value, because] of facts) {
    if (value === undefined) continue;
    throw inputError(
      'invalid-request',
      `service.${key} is for adopted services: ${because}.`,
      `Remove service.${key} from scaffold.yaml.`,
    );
  }
}

/** What an adopted service cannot be deployed without, and nobody has declared. */
export function findUnknown({ service }: RawRequest): string[] {
  if (service.adopted !== true) return [];
  return [
    ...(service.port === undefined ? ['service.port'] : []),
    ...(service.probes === undefined ? ['service.probes'] : []),
  ];
}

/** All that an adopted service's code does and nobody has declared. */
export function findUndeclared(
  raw: RawRequest,
  { service, upstreams }: Request,
  chosen: readonly CapabilityManifest[],
): Undeclared[] {
  if (!service.adopted) return [];
  const { port, live, ready, timeout, idleTimeout, shutdown } = service.knows;
  const facts: readonly (readonly [boolean, string, string])[] = [
    [port, 'service.port', 'port'],
    [live, 'service.probes.live', 'path of the liveness probe'],
    [ready, 'service.probes.ready', 'path of the readiness probe'],
    [timeout, 'service.timeout', 'deadline of an incoming request'],
    [idleTimeout, 'service.idleTimeout', 'idle timeout of the server'],
    [shutdown, 'service.shutdown.timeout', 'wait for requests in flight at the end'],
  ];
  return [
    ...facts.flatMap(([isKnown, setting, what]) =>
      isKnown ? [] : [{ setting, what, upstream: undefined }],
    ),
    ...upstreams.flatMap((upstream) => ofCalls(upstream, raw, chosen)),
  ];
}

/** Where a capability acts on the calls, its code makes them; elsewhere code does that nobody described. */
function ofCalls(
  { name, settings }: Upstream,
  { upstreams }: RawRequest,
  chosen: readonly CapabilityManifest[],
): Undeclared[] {
  if (chosen.some(({ id, needs }) => settings.has(id) && needs.length > 0)) return [];
  const timeout = upstreams.find((upstream) => upstream.name === name)?.timeout;
  return [
    ...(timeout === undefined
      ? [{ setting: `upstreams.${name}.timeout`, what: 'deadline of the call', upstream: name }]
      : []),
    { setting: undefined, what: 'tries of a call and their timeouts', upstream: name },
  ];
}

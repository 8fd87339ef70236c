import type { Catalog } from '../model/catalog.js';
import type { ContractMethod } from '../model/contract.js';
import { inputError } from '../model/errors.js';
import type { TemplateManifest } from '../model/manifest.js';
import { detectDeployment, type DetectedDeployment } from './detect-deployment.js';
import { describeTransport } from './describe-transport.js';
import { detectTransport } from './detect-transport.js';
import { wholePath } from './route-prefix.js';
import { serviceSettings } from './service-settings.js';
import { unknownLanguage } from './suggest-language.js';

/** What an existing repo says about its service; what it does not say is undefined, and nothing is assumed. */
export type DetectedService = {
  readonly name: string;
  readonly language: string;
  readonly module: string;
  readonly port: number | undefined;
  readonly probes: { readonly live: string | undefined; readonly ready: string | undefined };
  /** How it is called, where that is not the usual way. */
  readonly transport: string | undefined;
  readonly methods: readonly ContractMethod[];
  /** A second port, at which probes ask over HTTP. */
  readonly healthPort: number | undefined;
  /** From its own Deployment. */
  readonly image: string | undefined;
  readonly namespace: string | undefined;
  readonly replicas: number | undefined;
  /** What was found where, and what is unknown. */
  readonly notes: readonly string[];
};

type Texts = ReadonlyMap<string, string>;
type Found = { readonly value: string; readonly path: string };

const LIVE = ['/livez', '/healthz', '/health/live', '/live', '/health', '/-/healthy', '/ping'];
const READY = ['/readyz', '/health/ready', '/ready', '/readiness', '/-/ready'];

/** Where a port stands, the surest place first. */
const PORTS = [
  /\b(?:SERVICE_PORT|PORT)\b[^\n]{0,60}?["'`:=\s|?(](\d{2,5})\b/,
  // The default stands below: `port := os.Getenv("PORT"); if port == "" { port = "8081" }`.
  /\b(?:SERVICE_PORT|PORT)\b["'`)\];]*\s*\n[^\n]{0,60}\n[^\n]{0,40}["'`:=\s](\d{2,5})\b/,
  /\.listen\(\s*(?:\{[^}]*?port:\s*)?(\d{2,5})\b/,
  /(?:ListenAndServe(?:TLS)?\(\s*|\bAddr:\s*|net\.Listen\([^,]*,\s*)["'`][^"'`\n]*:(\d{2,5})["'`]/,
  // An address with its default: `flag.String("addr", ":4000", …)`, `getenv("LISTEN_ADDR", ":4000")`.
  /["'`][\w-]*(?:addr|ADDR|listen|LISTEN)[\w-]*["'`][^\n]{0,20}?["'`][^"'`\n]*:(\d{2,5})["'`]/,
];

/**
 * Finds what scaffold.yaml must say of a service that was made by hand.
 *
 * @param texts of the repo's files, by path
 * @throws ToolError exit 2 when no language of the catalog is recognised
 */
export function detectService(
  texts: Texts,
  { folder, language }: { readonly folder: string; readonly language: string | undefined },
  catalog: Catalog,
): DetectedService {
  const template = findTemplate(texts, language, catalog);
  const { adopt } = template;
  const marker = adopt === undefined ? '' : (texts.get(adopt.marker) ?? '');
  const named = adopt === undefined ? null : new RegExp(adopt.module, 'm').exec(marker);
  const sources = sourcesOf(texts, template);
  const name = toName(named?.[1] ?? folder);
  const deployment = detectDeployment(texts, name);
  const usual = portOf(deployment) ?? findPort(texts, sources);
  const found = adopt === undefined ? undefined : detectTransport(texts, sources, adopt);
  const called =
    found && describeTransport(found, { deployment, sources, usual: usual && Number(usual.value) });
  const [live, ready] = [findPath(sources, LIVE), findPath(sources, READY)];
  const usualProbes =
    deployment?.live === undefined && deployment?.ready === undefined
      ? { live: live?.value ?? ready?.value, ready: ready?.value ?? live?.value }
      : {
          live: probePath(deployment.live ?? live?.value ?? deployment.ready),
          ready: probePath(deployment.ready ?? ready?.value ?? deployment.live),
        };
  const port = called?.port ?? (usual && Number(usual.value));
  const probes = called?.probes ?? usualProbes;
  const isDeployed =
    deployment?.live !== undefined || deployment?.ready !== undefined || deployment?.isAsked;
  const probesAt = isDeployed
    ? deployment.path
    : ((called === undefined ? (live ?? ready)?.path : found?.path) ?? '');
  const portAt = String(port) === usual?.value ? usual.path : (deployment?.path ?? found?.path);
  return {
    name,
    transport: found?.transport.id,
    methods: found?.methods ?? [],
    healthPort: called?.healthPort,
    language: template.language,
    module: named?.[1] ?? folder,
    port,
    probes,
    image: fits(serviceSettings.image.schema, deployment?.image),
    namespace: deployment?.namespace,
    replicas: deployment?.replicas,
    notes: [
      ...(adopt?.needs === undefined || texts.has(adopt.needs.file)
        ? []
        : [
            `It is ${adopt.needs.otherwise} (no ${adopt.needs.file}): it gets manifests, and no code of ours.`,
          ]),
      ...(deployment === undefined ? [] : [describeDeployment(deployment)]),
      port === undefined
        ? 'Port: unknown; declare service.port in scaffold.yaml.'
        : `Port ${port}: ${portAt ?? 'its code'}.`,
      ...(called?.notes ?? []),
      probes.live === undefined && probes.ready === undefined
        ? 'Health paths: unknown; declare service.probes in scaffold.yaml.'
        : `Health ${probes.live ?? 'unknown'}, ready ${probes.ready ?? 'unknown'}: ${probesAt}.`,
      'Idle timeout, shutdown and retries of its code: unknown, so no rule judges them.',
    ],
  };
}

/** A value that scaffold.yaml takes; any other is left for people. */
function fits<Value>(
  schema: { safeParse(value: unknown): { readonly success: boolean } },
  value: Value | undefined,
): Value | undefined {
  return value !== undefined && schema.safeParse(value).success ? value : undefined;
}

function portOf(deployment: DetectedDeployment | undefined): Found | undefined {
  const port = fits(serviceSettings.port.schema, deployment?.port);
  return deployment === undefined || port === undefined
    ? undefined
    : { value: String(port), path: deployment.path };
}

/** A path without what a probe may carry beside it, such as a query. */
function probePath(path: string | undefined): string | undefined {
  return path !== undefined && /^\/[\w.~/-]*$/.test(path) ? path : undefined;
}

function describeDeployment(found: DetectedDeployment): string {
  const facts = [
    ['namespace', found.namespace],
    ['replicas', found.replicas],
    ['image', found.image],
  ].flatMap(([name, value]) => (value === undefined ? [] : [`${name} ${value}`]));
  return [`Deployment ${found.name}: ${found.path}`, ...facts].join(', ').concat('.');
}

function findTemplate(
  texts: Texts,
  wanted: string | undefined,
  { languages }: Catalog,
): TemplateManifest {
  if (wanted !== undefined && !languages.some(({ language }) => language === wanted)) {
    throw unknownLanguage(wanted, { languages });
  }
  const candidates = languages.filter(
    ({ language }) => wanted === undefined || language === wanted,
  );
  const found = candidates.find(({ adopt }) => adopt !== undefined && texts.has(adopt.marker));
  if (found !== undefined) return found;
  const markers = candidates.flatMap(({ adopt }) => adopt?.marker ?? []);
  throw inputError(
    'unknown-language',
    `this folder holds none of: ${markers.join(', ')}.`,
    'Run it in the folder of a service; npx meshwright new service NAME makes a new one.',
  );
}

function sourcesOf(texts: Texts, { adopt }: TemplateManifest): [string, string][] {
  if (adopt === undefined) return [];
  const [isSource, isTest] = [new RegExp(adopt.sources), new RegExp(adopt.tests)];
  return [...texts].filter(([path]) => isSource.test(path) && !isTest.test(path));
}

function findPort(
  texts: Texts,
  sources: readonly (readonly [string, string])[],
): Found | undefined {
  const exposed = /^EXPOSE\s+(\d+)/m.exec(texts.get('Dockerfile') ?? '')?.[1];
  if (exposed !== undefined) return { value: exposed, path: 'Dockerfile' };
  for (const pattern of PORTS) {
    for (const [path, text] of sources) {
      const value = pattern.exec(text)?.[1];
      if (value !== undefined && Number(value) <= 65_535) return { value, path };
    }
  }
  return undefined;
}

/** The first of some paths that stands in a source as text of its own, a method before it allowed. */
function findPath(
  sources: readonly (readonly [string, string])[],
  paths: readonly string[],
): Found | undefined {
  for (const value of paths) {
    const quoted = new RegExp(`["'\`](?:[A-Z]+ )?${value}["'\`]`);
    for (const [path, text] of sources) {
      const at = quoted.exec(text)?.index;
      if (at !== undefined) return { value: wholePath(value, { text, at }, sources), path };
    }
  }
  return undefined;
}

/** A DNS label made of a module's last part that is no major version. */
function toName(module: string): string {
  const last = module
    .split('/')
    .filter((part) => !/^v\d+$/.test(part))
    .at(-1);
  const label = (last ?? '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+/, '')
    .slice(0, 63)
    .replace(/-+$/, '');
  return label === '' ? 'service' : label;
}

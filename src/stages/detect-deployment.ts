import { readDocuments } from '../manifests/read-documents.js';
import { plainOf } from '../manifests/yaml-node.js';

/** What a repository's own Deployment says of its service; each of them only when it does. */
export type DetectedDeployment = {
  readonly path: string;
  readonly name: string;
  readonly namespace: string | undefined;
  readonly replicas: number | undefined;
  readonly image: string | undefined;
  readonly port: number | undefined;
  /** Its port that a name begins with `grpc`. */
  readonly grpcPort: number | undefined;
  readonly live: string | undefined;
  readonly ready: string | undefined;
  /** The port at which the paths are asked, where it is not that of the service. */
  readonly probePort: number | undefined;
  /** Probes that ask by gRPC. */
  readonly isAsked: { readonly live: boolean; readonly ready: boolean } | undefined;
};

type Data = Readonly<Record<string, unknown>>;

/**
 * The Deployment of a service among a repository's manifests: the one of its name, else the only one. Helm templates
 * are left out, since their values are elsewhere.
 *
 * @param texts of the repository's files, by path
 */
export function detectDeployment(
  texts: ReadonlyMap<string, string>,
  service: string,
): DetectedDeployment | undefined {
  const found = [...texts].flatMap(([path, text]) => readDeployments(path, text));
  const [first] = found;
  const ofName = found.filter(({ name }) => name === service);
  const names = new Set(found.map(({ name }) => name));
  const candidates = ofName.length > 0 ? ofName : names.size === 1 ? found : [];
  if (first === undefined || candidates.length === 0) return undefined;
  // Patches of an overlay name the same Deployment, and say less.
  return candidates.reduce((best, one) => (countFacts(one) > countFacts(best) ? one : best));
}

function countFacts(deployment: DetectedDeployment): number {
  return Object.values(deployment).filter((value) => value !== undefined).length;
}

function readDeployments(path: string, text: string): DetectedDeployment[] {
  if (!/\.ya?ml$/.test(path) || !/^\s*kind:\s*["']?Deployment\b/m.test(text)) return [];
  if (text.includes('{{')) return [];
  const { documents } = readDocuments({ path, text });
  return documents.flatMap((node) => {
    const object = asMap(plainOf(node));
    return object['kind'] === 'Deployment' ? [describe(path, object)] : [];
  });
}

function describe(path: string, object: Data): DetectedDeployment {
  const metadata = asMap(object['metadata']);
  const spec = asMap(object['spec']);
  const pod = asMap(asMap(spec['template'])['spec']);
  const containers = asList(pod['containers']).map(asMap);
  const container =
    containers.find((one) => asList(one['ports']).length > 0) ?? containers[0] ?? {};
  const ports = asList(container['ports']).map(asMap);
  const http = ports.find(({ name }) => typeof name === 'string' && /^http/.test(name));
  const grpc = ports.find(({ name }) => typeof name === 'string' && /^grpc/.test(name));
  const httpGet = (name: string): Data => asMap(asMap(container[name])['httpGet']);
  const probe = (name: string): string | undefined => asText(httpGet(name)['path']);
  const probePort = [httpGet('readinessProbe')['port'], httpGet('livenessProbe')['port']]
    .map(
      (port) =>
        asNumber(port) ?? asNumber(ports.find(({ name }) => name === port)?.['containerPort']),
    )
    .find((port) => port !== undefined);
  const isAsked = {
    live: asMap(container['livenessProbe'])['grpc'] !== undefined,
    ready: asMap(container['readinessProbe'])['grpc'] !== undefined,
  };
  return {
    path,
    name: asText(metadata['name']) ?? '',
    namespace: asText(metadata['namespace']),
    replicas: asNumber(spec['replicas']),
    image: asText(container['image']),
    port: asNumber((http ?? ports[0] ?? {})['containerPort']),
    grpcPort: asNumber((grpc ?? {})['containerPort']),
    live: probe('livenessProbe'),
    ready: probe('readinessProbe'),
    probePort,
    isAsked: isAsked.live || isAsked.ready ? isAsked : undefined,
  };
}

function asMap(value: unknown): Data {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Data)
    : {};
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function asText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function asNumber(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) ? value : undefined;
}

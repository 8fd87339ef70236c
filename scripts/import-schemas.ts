/**
 * Writes schemas/*.json: closed JSON schemas of the kinds that this project generates or reads, from the
 * published API definitions. Run it to move to another version of one of them:
 *
 *   node scripts/run.mjs scripts/import-schemas.ts
 *
 * Needs Go, which fetches the modules; nothing else here does. Linkerd's definitions are in no module:
 * scripts/schemas/linkerd has them, without comments and lines of the chart.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import type { Schema } from './schemas/close-schema.js';
import { customSchemas } from './schemas/custom-schemas.js';
import { kubernetesSchemas, objectMetaSchema, type OpenApi } from './schemas/kubernetes-schemas.js';
import { kustomizationSchema } from './schemas/kustomization-schema.js';

const ISTIO = 'istio.io/api@v1.31.1';
/** Its module carries the OpenAPI documents that a cluster of this version serves. */
const KUBERNETES = 'k8s.io/kubernetes@v1.36.1';
/** Of its two channels the experimental one has every field of the standard one. */
const GATEWAY_API = 'sigs.k8s.io/gateway-api@v1.6.0';
/** Its folder charts/linkerd-crds/templates/policy. */
const LINKERD = 'github.com/linkerd/linkerd2@b24cd405';
const SOURCES = [ISTIO, GATEWAY_API, LINKERD, KUBERNETES];

const ISTIO_KINDS = [
  'extensions.istio.io/v1alpha1/WasmPlugin',
  'networking.istio.io/v1/DestinationRule',
  'networking.istio.io/v1/Gateway',
  'networking.istio.io/v1/ServiceEntry',
  'networking.istio.io/v1/Sidecar',
  'networking.istio.io/v1/VirtualService',
  'networking.istio.io/v1alpha3/EnvoyFilter',
  'networking.istio.io/v1beta1/ProxyConfig',
  'security.istio.io/v1/AuthorizationPolicy',
  'security.istio.io/v1/PeerAuthentication',
  'security.istio.io/v1/RequestAuthentication',
  'telemetry.istio.io/v1/Telemetry',
];
const GATEWAY_API_KINDS = [
  'gateway.networking.k8s.io/v1/GRPCRoute',
  'gateway.networking.k8s.io/v1/Gateway',
  'gateway.networking.k8s.io/v1/HTTPRoute',
  'gateway.networking.k8s.io/v1/ReferenceGrant',
  'gateway.networking.k8s.io/v1alpha2/TCPRoute',
  'gateway.networking.k8s.io/v1alpha2/TLSRoute',
];
const LINKERD_KINDS = [
  'policy.linkerd.io/v1alpha1/AuthorizationPolicy',
  'policy.linkerd.io/v1alpha1/EgressNetwork',
  'policy.linkerd.io/v1alpha1/HTTPLocalRateLimitPolicy',
  'policy.linkerd.io/v1alpha1/MeshTLSAuthentication',
  'policy.linkerd.io/v1alpha1/NetworkAuthentication',
  'policy.linkerd.io/v1beta3/Server',
];
const KUBERNETES_KINDS = [
  '/v1/ConfigMap',
  '/v1/Pod',
  '/v1/Service',
  '/v1/ServiceAccount',
  'apps/v1/DaemonSet',
  'apps/v1/Deployment',
  'apps/v1/StatefulSet',
  'autoscaling/v2/HorizontalPodAutoscaler',
  'batch/v1/CronJob',
  'batch/v1/Job',
  'networking.k8s.io/v1/NetworkPolicy',
  'policy/v1/PodDisruptionBudget',
];
const KUBERNETES_DOCUMENTS = [
  'api__v1_openapi.json',
  'apis__apps__v1_openapi.json',
  'apis__autoscaling__v2_openapi.json',
  'apis__batch__v1_openapi.json',
  'apis__networking.k8s.io__v1_openapi.json',
  'apis__policy__v1_openapi.json',
];

/** Fetches the modules and rewrites schemas/. */
export function main(): void {
  const istio = fetchModule(ISTIO);
  const kubernetes = fetchModule(KUBERNETES);
  const gatewayApi = join(fetchModule(GATEWAY_API), 'config', 'crd', 'experimental');
  const linkerd = fileURLToPath(new URL('schemas/linkerd', import.meta.url));
  const documents = KUBERNETES_DOCUMENTS.map(
    (name) => JSON.parse(read(kubernetes, 'api', 'openapi-spec', 'v3', name)) as OpenApi,
  );
  const objectMeta = objectMetaSchema(documents);
  const schemas = new Map<string, Schema>([
    ...madeOf(KUBERNETES, kubernetesSchemas(documents, KUBERNETES_KINDS)),
    ...madeOf(
      ISTIO,
      customSchemas(
        [read(istio, 'kubernetes', 'customresourcedefinitions.gen.yaml')],
        ISTIO_KINDS,
        objectMeta,
      ),
    ),
    ...madeOf(GATEWAY_API, customSchemas(filesIn(gatewayApi), GATEWAY_API_KINDS, objectMeta)),
    ...madeOf(LINKERD, customSchemas(filesIn(linkerd), LINKERD_KINDS, objectMeta)),
    ['kustomize.config.k8s.io/v1beta1/Kustomization', kustomizationSchema],
  ]);
  for (const id of [...ISTIO_KINDS, ...GATEWAY_API_KINDS, ...LINKERD_KINDS, ...KUBERNETES_KINDS]) {
    if (!schemas.has(id)) throw new Error(`${id} is in none of ${SOURCES.join(', ')}`);
  }
  const target = fileURLToPath(new URL('../schemas', import.meta.url));
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target);
  for (const [id, schema] of schemas) {
    writeFileSync(join(target, fileName(id)), `${JSON.stringify(schema, null, 1)}\n`);
  }
  writeFileSync(join(target, 'SOURCES'), `${SOURCES.join('\n')}\n`);
}

/** Each schema with its origin, which messages name: a field that it does not know may be newer. */
function madeOf(module: string, schemas: ReadonlyMap<string, Schema>): [string, Schema][] {
  return [...schemas].map(([id, schema]) => [id, { $comment: module, ...schema }]);
}

/**
 * The name under which kubeconform looks a kind up with `{{.ResourceKind}}{{.KindSuffix}}.json`:
 * the first part of the group and the version, as in `virtualservice-networking-v1.json`.
 */
function fileName(id: string): string {
  const [group = '', version = '', kind = ''] = id.split('/');
  const suffix = [group.split('.')[0], version].filter((part) => part !== '').join('-');
  return `${kind.toLowerCase()}-${suffix}.json`;
}

function fetchModule(module: string): string {
  const workFolder = mkdtempSync(join(tmpdir(), 'import-schemas-'));
  try {
    const out = execFileSync('go', ['mod', 'download', '-json', module], { cwd: workFolder });
    return (JSON.parse(out.toString()) as { Dir: string }).Dir;
  } finally {
    rmSync(workFolder, { recursive: true });
  }
}

function filesIn(folder: string): string[] {
  return readdirSync(folder)
    .sort()
    .map((name) => read(folder, name));
}

function read(...path: string[]): string {
  return readFileSync(join(...path), 'utf8');
}

import { quote } from '../../../model/text.js';
import { parseManifests } from '../../../manifests/parse-manifests.js';
import type { ManifestObject, Problem, ValuePath } from '../../../manifests/manifest-file.js';
import { problem } from '../../../manifests/problem.js';
import { checkDuration, readGoDuration } from '../../../manifests/values.js';

const CONFIG = 'proxy.istio.io/config';
const EXCLUDED_PORTS = 'traffic.sidecar.istio.io/excludeOutboundPorts';
/** Istio drops the defaults of all four when one is there (injection-template.yaml). */
const RESOURCES = ['proxyCPU', 'proxyMemory', 'proxyCPULimit', 'proxyMemoryLimit'].map(
  (name) => `sidecar.istio.io/${name}`,
);

/** Those of a Deployment's pods. */
export function* checkDeploymentAnnotations(object: ManifestObject): Generator<Problem> {
  // The schema has passed.
  const { template } = object.spec as {
    readonly template?: { readonly metadata?: ManifestObject['metadata'] };
  };
  const at = ['spec', 'template', 'metadata', 'annotations'];
  yield* checkProxyAnnotations(at, template?.metadata?.annotations ?? {});
}

/** Annotations of a pod that the injector reads; a wrong one is dropped, or fails the pod, at run time. */
function* checkProxyAnnotations(
  at: ValuePath,
  annotations: Readonly<Record<string, string>>,
): Generator<Problem> {
  const config = annotations[CONFIG];
  if (config !== undefined) yield* checkProxyConfig([...at, CONFIG], config);
  const given = RESOURCES.filter((name) => name in annotations);
  if (given.length > 0 && given.length < RESOURCES.length) {
    const missing = RESOURCES.filter((name) => !given.includes(name));
    yield problem(
      [...at, given[0] ?? ''],
      `${missing.join(', ')} must be set too: Istio drops its defaults for all four.`,
    );
  }
  const ports = annotations[EXCLUDED_PORTS];
  if (ports !== undefined && !/^\d{1,5}(?:,\s*\d{1,5})*$/.test(ports)) {
    yield problem(
      [...at, EXCLUDED_PORTS],
      `${EXCLUDED_PORTS} must be ports separated by commas, not ${quote(ports)}.`,
    );
  }
}

function* checkProxyConfig(at: ValuePath, text: string): Generator<Problem> {
  const { manifests, findings } = parseManifests({ path: CONFIG, text });
  const config = findings.length === 0 && manifests.length === 1 ? manifests[0]?.value : undefined;
  if (typeof config !== 'object' || config === null || Array.isArray(config)) {
    yield problem(at, `${CONFIG} must be a YAML map.`);
    return;
  }
  const { drainDuration, terminationDrainDuration } = config as Record<string, unknown>;
  for (const [key, value] of Object.entries({ drainDuration, terminationDrainDuration })) {
    if (value === undefined) continue;
    if (typeof value === 'string') yield* checkDuration([...at, key], value);
    else yield problem(at, `${key} must be a duration such as 45s.`);
  }
  // ValidateDrainDuration: seconds are the finest unit of Envoy's --drain-time-s.
  if (typeof drainDuration === 'string' && (readGoDuration(drainDuration) ?? 0) % 1_000 !== 0) {
    yield problem(at, `drainDuration must be whole seconds, not ${quote(drainDuration)}.`);
  }
}

import { formatPath, type ManifestObject, type Problem } from '../../../manifests/manifest-file.js';
import { warning } from '../../../manifests/problem.js';
import { checkOneTarget, type Selector } from '../../../manifests/selector.js';

type Spec = {
  readonly selector?: Selector;
  readonly tracing?: readonly { readonly providers?: readonly object[] }[];
};

/** ValidateTelemetry; percentages and names of providers are checked by the schema. */
export function* checkTelemetry(object: ManifestObject): Generator<Problem> {
  // The schema has passed.
  const spec = (object.spec ?? {}) as Spec;
  yield* checkOneTarget(spec);
  const tracing = spec.tracing ?? [];
  if (tracing.length > 1) {
    yield warning(['spec', 'tracing', 1], 'Istio reads the first entry of spec.tracing alone.');
  }
  for (const [index, { providers = [] }] of tracing.entries()) {
    const at = ['spec', 'tracing', index, 'providers'];
    if (providers.length > 1) {
      yield warning([...at, 1], `Istio reads the first of ${formatPath(at)} alone.`);
    }
  }
}

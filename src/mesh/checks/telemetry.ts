import { formatPath, type ManifestObject, type Problem } from '../manifest-file.js';
import { warning } from './problem.js';
import { checkOneTarget, type Selector } from './selector.js';
import { checkNoEmpty, checkPercent } from './values.js';

type Providers = readonly { readonly name: string }[];
type Spec = {
  readonly selector?: Selector;
  readonly tracing?: readonly {
    readonly providers?: Providers;
    readonly randomSamplingPercentage?: number | null;
  }[];
  readonly metrics?: readonly { readonly providers?: Providers }[];
  readonly accessLogging?: readonly { readonly providers?: Providers }[];
};

/** ValidateTelemetry. */
export function* checkTelemetry(object: ManifestObject): Generator<Problem> {
  // The schema has passed.
  const spec = (object.spec ?? {}) as Spec;
  yield* checkOneTarget(spec);
  if ((spec.tracing ?? []).length > 1) {
    yield warning(['spec', 'tracing', 1], 'Istio reads the first entry of spec.tracing alone.');
  }
  for (const [index, { providers = [], randomSamplingPercentage }] of (
    spec.tracing ?? []
  ).entries()) {
    const at = ['spec', 'tracing', index];
    if (providers.length > 1) {
      yield warning(
        [...at, 'providers', 1],
        `Istio reads the first of ${formatPath([...at, 'providers'])} alone.`,
      );
    }
    yield* checkPercent([...at, 'randomSamplingPercentage'], randomSamplingPercentage ?? undefined);
  }
  for (const key of ['tracing', 'metrics', 'accessLogging'] as const) {
    for (const [index, { providers = [] }] of (spec[key] ?? []).entries()) {
      yield* checkNoEmpty(
        ['spec', key, index, 'providers'],
        providers.map(({ name }) => name),
      );
    }
  }
}

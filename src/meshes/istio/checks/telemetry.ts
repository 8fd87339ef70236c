import {
  formatPath,
  type ManifestObject,
  type Problem,
  type ValuePath,
} from '../../../manifests/manifest-file.js';
import { problem, warning } from '../../../manifests/problem.js';
import { checkTargetRefs, type Targeting } from './target-refs.js';
import { checkOneTarget, type Selector } from '../../../manifests/selector.js';

type Tags = Readonly<Record<string, { readonly operation?: string; readonly value?: string }>>;
type Spec = Targeting & {
  readonly selector?: Selector;
  readonly tracing?: readonly { readonly providers?: readonly object[] }[];
  readonly metrics?: readonly {
    readonly overrides?: readonly { readonly tagOverrides?: Tags }[];
  }[];
};

/** ValidateTelemetry; percentages and names of providers are checked by the schema. */
export function* checkTelemetry(object: ManifestObject): Generator<Problem> {
  // The schema has passed.
  const spec = (object.spec ?? {}) as Spec;
  yield* checkOneTarget(spec);
  yield* checkTargetRefs(spec);
  for (const [index, { overrides = [] }] of (spec.metrics ?? []).entries()) {
    for (const [place, { tagOverrides = {} }] of overrides.entries())
      yield* checkTags(
        ['spec', 'metrics', index, 'overrides', place, 'tagOverrides'],
        tagOverrides,
      );
  }
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

/** UPSERT, the default, writes a value; REMOVE takes none. */
function* checkTags(at: ValuePath, tags: Tags): Generator<Problem> {
  for (const [name, { operation = 'UPSERT', value = '' }] of Object.entries(tags)) {
    const place = [...at, name];
    if (operation === 'UPSERT' && value === '')
      yield problem(place, `${formatPath(place)} must have a value, or operation: REMOVE.`);
    if (operation === 'REMOVE' && value !== '')
      yield problem(
        [...place, 'value'],
        `${formatPath(place)} is removed and must not have a value.`,
      );
  }
}

import { quote } from '../../../model/text.js';
import type { ManifestObject, Problem } from '../../../manifests/manifest-file.js';
import { checkExportTo } from './export-to.js';
import { problem } from '../../../manifests/problem.js';
import { checkSelector, type Selector } from '../../../manifests/selector.js';
import { checkTrafficPolicy, type TrafficPolicy } from './traffic-policy.js';
import { checkHost, isDns1123Label } from '../../../manifests/values.js';

type Spec = {
  readonly host?: string;
  readonly exportTo?: readonly string[];
  readonly workloadSelector?: Selector;
  readonly trafficPolicy?: TrafficPolicy;
  readonly subsets?: readonly { readonly name: string; readonly trafficPolicy?: TrafficPolicy }[];
};

/** ValidateDestinationRule. */
export function* checkDestinationRule(object: ManifestObject): Generator<Problem> {
  // The schema has passed.
  const {
    host = '',
    exportTo,
    workloadSelector,
    trafficPolicy,
    subsets = [],
  } = object.spec as Spec;
  yield* checkHost(['spec', 'host'], host);
  yield* checkExportTo(object, exportTo, { hasSelector: workloadSelector !== undefined });
  yield* checkSelector(['spec', 'workloadSelector'], workloadSelector);
  if (trafficPolicy !== undefined)
    yield* checkTrafficPolicy(['spec', 'trafficPolicy'], trafficPolicy);
  const names = new Set<string>();
  for (const [index, subset] of subsets.entries()) {
    const at = ['spec', 'subsets', index];
    if (names.has(subset.name)) yield problem(at, `there are two subsets ${quote(subset.name)}.`);
    names.add(subset.name);
    if (!isDns1123Label(subset.name)) {
      yield problem([...at, 'name'], `${quote(subset.name)} is no name of a subset.`);
    }
    if (subset.trafficPolicy !== undefined) {
      yield* checkTrafficPolicy([...at, 'trafficPolicy'], subset.trafficPolicy);
    }
  }
}

import { quote } from '../../../model/text.js';
import type { ManifestObject, Problem } from '../../../manifests/manifest-file.js';
import { problem } from '../../../manifests/problem.js';
import { isDns1123Label } from '../../../manifests/values.js';

/** validateExportTo: who sees a VirtualService, a DestinationRule or a ServiceEntry. */
export function* checkExportTo(
  object: ManifestObject,
  exportTo: readonly string[] | undefined,
  options: { readonly hasSelector?: boolean; readonly allowsNone?: boolean } = {},
): Generator<Problem> {
  if (exportTo === undefined || exportTo.length === 0) return;
  const { namespace = 'default' } = object.metadata;
  const at = ['spec', 'exportTo'];
  const seen = new Set<string>();
  for (const [index, entry] of exportTo.entries()) {
    const resolved = entry === '.' ? namespace : entry;
    if (seen.has(resolved)) {
      yield problem(
        [...at, index],
        `spec.exportTo names ${quote(entry)} twice; "." is ${namespace}.`,
      );
    }
    seen.add(resolved);
    const isNone = entry === '~' && options.allowsNone === true;
    if (!isNone && resolved !== '*' && !isDns1123Label(resolved)) {
      yield problem(
        [...at, index],
        `spec.exportTo takes ".", "*" or a namespace, not ${quote(entry)}.`,
      );
    }
  }
  if (seen.size > 1 && (seen.has('*') || seen.has('~'))) {
    yield problem(at, 'spec.exportTo must not have "*" or "~" beside other entries.');
  }
  if (options.hasSelector === true && (seen.size > 1 || !seen.has(namespace))) {
    yield problem(at, 'spec.exportTo must be ["."] when the rule selects workloads.');
  }
}

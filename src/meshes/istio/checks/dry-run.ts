import { quote } from '../../../model/text.js';
import type { ManifestObject, Problem } from '../../../manifests/manifest-file.js';
import { problem } from '../../../manifests/problem.js';

const DRY_RUN = 'istio.io/dry-run';

/** checkDryRunAnnotation: for ALLOW and DENY of an AuthorizationPolicy alone. */
export function* checkDryRun(object: ManifestObject): Generator<Problem> {
  const value = object.metadata.annotations?.[DRY_RUN];
  if (value === undefined) return;
  const at = ['metadata', 'annotations', DRY_RUN];
  const { action = 'ALLOW' } = (object.spec ?? {}) as { action?: string };
  if (object.kind !== 'AuthorizationPolicy' || !['ALLOW', 'DENY'].includes(action)) {
    yield problem(at, `${DRY_RUN} belongs to AuthorizationPolicies with action ALLOW or DENY.`);
  } else if (!/^(?:1|t|T|TRUE|true|True|0|f|F|FALSE|false|False)$/.test(value)) {
    yield problem(at, `${DRY_RUN} must be "true" or "false", not ${quote(value)}.`);
  }
}

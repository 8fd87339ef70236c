import type { ManifestObject, Problem } from '../../../manifests/manifest-file.js';
import { problem } from '../../../manifests/problem.js';
import { quote } from '../../../model/text.js';

type Ref = { readonly kind: string; readonly name: string };
type Spec = { readonly targetRef: Ref; readonly requiredAuthenticationRefs: readonly Ref[] };

const TARGETS = ['Server', 'HTTPRoute', 'GRPCRoute', 'Namespace'];
/** All of the refs must hold, and a client has one identity and one address. */
const KINDS: readonly (readonly string[])[] = [
  ['MeshTLSAuthentication', 'ServiceAccount'],
  ['NetworkAuthentication'],
];

/** What the admission webhook refuses beyond the schema. */
export function* checkAuthorizationPolicy({ spec }: ManifestObject): Generator<Problem> {
  const { targetRef, requiredAuthenticationRefs: refs } = spec as Spec;
  if (!TARGETS.includes(targetRef.kind)) {
    yield problem(
      ['spec', 'targetRef', 'kind'],
      `spec.targetRef is a ${TARGETS.join(', ')}, not a ${quote(targetRef.kind)}.`,
    );
  }
  for (const [index, { kind }] of refs.entries()) {
    const at = ['spec', 'requiredAuthenticationRefs', index, 'kind'];
    const same = KINDS.find((kinds) => kinds.includes(kind));
    if (same === undefined) {
      yield problem(
        at,
        `spec.requiredAuthenticationRefs names a ${KINDS.flat().join(', ')}, not a ${quote(kind)}.`,
      );
    } else if (refs.slice(0, index).some((earlier) => same.includes(earlier.kind))) {
      yield problem(
        at,
        `spec.requiredAuthenticationRefs holds at most one ${same.join(' or ')}, since all of them must hold; several callers are entries of one.`,
      );
    }
  }
}

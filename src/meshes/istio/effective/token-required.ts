import type {
  AuthorizationControl,
  MeshAuthenticationControl,
} from '../../../model/mesh-control.js';
import type { Composition } from '../../../flow/composition.js';
import { ROOT_NAMESPACE } from './lookup.js';
import { policiesThatMayHold } from './policies-of.js';

/** True when an AuthorizationPolicy on the same pods asks for a token. */
export function isTokenRequired(
  { namespace, values }: Pick<MeshAuthenticationControl, 'namespace' | 'values'>,
  composition: Pick<Composition, 'all'>,
): boolean {
  // What holds for the whole mesh is completed by the policies of its namespaces.
  const isMeshWide = namespace === ROOT_NAMESPACE && values.selector === undefined;
  const policies = isMeshWide
    ? composition.all('mesh/authorization')
    : policiesThatMayHold({ namespace, labels: values.selector }, composition);
  return policies.some(asksForToken);
}

function asksForToken({ values }: AuthorizationControl): boolean {
  const { action, rules } = values;
  // Nobody here knows what an authorizer of one's own asks for.
  if (action.value === 'CUSTOM') return true;
  const allows = action.value === 'ALLOW';
  // An ALLOW policy without rules denies everything.
  if (allows && rules.length === 0) return true;
  return rules.some(({ sources, conditions }) =>
    allows
      ? sources.some(
          ({ requestPrincipals, principals, serviceAccounts }) =>
            requestPrincipals.length + principals.length + serviceAccounts.length > 0,
        ) || conditions.some(({ key }) => key.startsWith('request.auth'))
      : sources.some(({ notRequestPrincipals }) => notRequestPrincipals.length > 0) ||
        conditions.some(({ key }) => key.startsWith('request.auth')),
  );
}

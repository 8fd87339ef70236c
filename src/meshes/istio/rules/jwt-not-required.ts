import type {
  AuthorizationControl,
  MeshAuthenticationControl,
} from '../../../model/mesh-control.js';
import type { Composition } from '../../../flow/composition.js';
import { ROOT_NAMESPACE } from '../effective/lookup.js';
import { policiesOf } from '../effective/policies-of.js';
import type { Rule } from '../../../rules/rule.js';

export const jwtNotRequired: Rule = {
  code: 'JWT_NOT_REQUIRED',
  severity: 'error',
  layer: 'mesh',
  title: 'Tokens are checked when they come, and nothing asks for one.',
  reads: ['mesh/authentication'],
  why: 'RequestAuthentication refuses bad tokens and lets requests without one pass (measured: no token, 200). Only an AuthorizationPolicy requires a token.',
  fix: 'An AuthorizationPolicy that allows requestPrincipals ["<issuer>/*"] beside the anonymous paths.',
  check: (composition) =>
    composition.all('mesh/authentication').flatMap(({ target, namespace, place, values }) => {
      if (values.hasTargetRefs || isTokenRequired({ namespace, values }, composition)) return [];
      return [
        {
          target,
          at: place,
          message: `${target} checks tokens of ${values.issuer.value}, and no AuthorizationPolicy on the same pods asks for one: a request without a token passes.`,
          fix: `An AuthorizationPolicy, action ALLOW, with requestPrincipals: ["${values.issuer.value}/*"].`,
        },
      ];
    }),
};

/** True when an AuthorizationPolicy on the same pods asks for a token. */
export function isTokenRequired(
  { namespace, values }: Pick<MeshAuthenticationControl, 'namespace' | 'values'>,
  composition: Composition,
): boolean {
  // What holds for the whole mesh is completed by the policies of its namespaces.
  const isMeshWide = namespace === ROOT_NAMESPACE && values.selector === undefined;
  const policies = isMeshWide
    ? composition.all('mesh/authorization')
    : policiesOf({ namespace, labels: values.selector }, composition);
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

import type { AuthorizationControl, MeshAuthenticationControl } from '../model/mesh-control.js';
import type { Composition } from './composition.js';
import { policiesOf } from './policies-of.js';
import type { Rule } from './rule.js';

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
  return policiesOf({ namespace, labels: values.selector }, composition).some(asksForToken);
}

function asksForToken({ values }: AuthorizationControl): boolean {
  const { action, rules } = values;
  const allows = action.value === 'ALLOW' || action.value === 'CUSTOM';
  // An ALLOW policy without rules denies everything.
  if (allows && rules.length === 0) return true;
  return rules.some(({ sources, conditions }) =>
    allows
      ? sources.some(
          ({ requestPrincipals, principals }) =>
            requestPrincipals.length > 0 || principals.length > 0,
        ) || conditions.some(({ key }) => key.startsWith('request.auth'))
      : sources.some(({ notRequestPrincipals }) => notRequestPrincipals.length > 0),
  );
}

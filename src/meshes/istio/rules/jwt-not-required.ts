import { isTokenRequired } from '../effective/token-required.js';
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

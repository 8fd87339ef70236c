import type { Rule } from '../../../rules/rule.js';

export const l5dJwtInMesh: Rule = {
  code: 'L5D_JWT_IN_MESH',
  severity: 'error',
  layer: 'both',
  title: 'Tokens are left to a mesh that does not know them.',
  reads: ['app/meshIdentity', 'mesh/authentication'],
  why: 'Linkerd authenticates workloads and never looks at tokens. A RequestAuthentication is of Istio: under Linkerd it does nothing, so that a service which does not validate tokens itself takes any.',
  fix: 'Validate tokens in the application (capability jwt), and drop what only Istio reads.',
  check: ({ all }) => {
    const [identity] = all('app/meshIdentity');
    if (identity?.values.mesh !== 'linkerd' || all('app/authentication').length > 0) return [];
    return all('mesh/authentication').map(({ target, place, values }) => ({
      target,
      at: place,
      message: `${target} asks for tokens of ${values.issuer.value}, and the service is for Linkerd: nothing checks them.`,
      fix: 'Add the jwt capability, and drop the RequestAuthentication.',
    }));
  },
};

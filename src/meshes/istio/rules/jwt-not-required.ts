import type { Composition } from '../../../flow/composition.js';
import { podsWith } from '../../../flow/pods.js';
import type { MeshAuthenticationControl } from '../../../model/mesh-control.js';
import type { Severity } from '../../../model/finding.js';
import type { Rule } from '../../../rules/rule.js';
import { isTokenRequired } from '../effective/token-required.js';

export const jwtNotRequired: Rule = {
  code: 'JWT_NOT_REQUIRED',
  severity: 'error',
  layer: 'mesh',
  title: 'Tokens are checked when they come, and nothing asks for one.',
  reads: ['mesh/authentication'],
  why: 'RequestAuthentication refuses bad tokens and lets requests without one pass (measured: no token, 200). Only an AuthorizationPolicy requires a token. An error where scaffold.yaml declares the service; elsewhere the application, a gateway in front or a policy in another repository may require it.',
  fix: 'An AuthorizationPolicy that allows requestPrincipals ["<issuer>/*"] beside the anonymous paths.',
  check: (composition) =>
    composition.all('mesh/authentication').flatMap((control) => {
      const { target, place, values } = control;
      if (values.hasTargetRefs || isTokenRequired(control, composition)) return [];
      const severity = severityOf(control, composition);
      return [
        {
          target,
          at: place,
          severity,
          message: `${target} checks tokens of ${values.issuer.value}, and no AuthorizationPolicy on the same pods asks for one: a request without a token passes${severity === 'error' ? '' : ', unless something else refuses it'}.`,
          fix: `An AuthorizationPolicy, action ALLOW, with requestPrincipals: ["${values.issuer.value}/*"].`,
        },
      ];
    }),
};

/** What manifests show in part may be completed elsewhere; policies for pods that are here are mostly beside them. */
function severityOf(
  { namespace, values: { selector } }: MeshAuthenticationControl,
  { server, all }: Composition,
): Severity {
  if (server !== undefined) return 'error';
  const hasPods =
    selector !== undefined && podsWith({ namespace, labels: selector }, all).length > 0;
  return hasPods ? 'warning' : 'info';
}

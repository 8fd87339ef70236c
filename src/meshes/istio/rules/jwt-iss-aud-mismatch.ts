import { issuersAt, takesPrincipal } from '../effective/issuers.js';
import type { Selector } from '../../../flow/selector.js';
import type { AppAuthenticationControl } from '../../../model/app-control.js';
import type { MeshAuthenticationControl } from '../../../model/mesh-control.js';
import { cite, setValue, type Report, type Rule } from '../../../rules/rule.js';

export const jwtIssAudMismatch: Rule = {
  code: 'JWT_ISS_AUD_MISMATCH',
  severity: 'error',
  layer: 'both',
  title:
    'The two layers accept different tokens, or a policy asks for tokens that none of them accepts.',
  reads: ['mesh/authentication'],
  why: "A token must pass both layers. Without audiences the sidecar checks none, whatever the proto says, and another service's token passes it (measured); a wrong audience is 403 there, not 401. requestPrincipals are <issuer>/<subject>: of an issuer that no jwtRule takes, or without a subject, they match no token.",
  fix: 'One declaration of issuer and audiences for both layers.',
  check: ({ all }) => [...checkLayers(all), ...checkPrincipals(all)],
};

function checkLayers(all: Selector): Report[] {
  const [app] = all('app/authentication');
  const rules = all('mesh/authentication');
  if (app === undefined) return [];
  // Of several issuers one must be the application's.
  const same = rules.find(({ values }) => values.issuer.value === app.values.issuer.value);
  const [first] = rules;
  if (same !== undefined) return checkAudiences(app, same);
  return first === undefined ? [] : [issuerReport(app, first)];
}

function issuerReport(
  app: AppAuthenticationControl,
  { target, values }: MeshAuthenticationControl,
): Report {
  const { issuer } = app.values;
  return {
    target,
    at: values.issuer.place,
    also: [issuer.place],
    message: `The sidecar takes tokens of ${values.issuer.value}, the application of ${issuer.value} (${cite(issuer.place)}): no token passes both.`,
    fix: `issuer: ${issuer.value}`,
    edits: setValue(values.issuer, issuer.value),
  };
}

function checkAudiences(
  app: AppAuthenticationControl,
  { target, values }: MeshAuthenticationControl,
): Report[] {
  const { audiences } = app.values;
  const isShared = values.audiences.value.some((audience) => audiences.value.includes(audience));
  if (audiences.value.length === 0 || isShared) return [];
  const isOpen = values.audiences.value.length === 0;
  return [
    {
      target,
      at: values.audiences.place,
      also: [audiences.place],
      severity: isOpen ? 'warning' : 'error',
      message: isOpen
        ? `The sidecar checks no audience, the application asks for ${audiences.value.join(' or ')} (${cite(audiences.place)}): tokens for other services pass the sidecar.`
        : `The sidecar asks for audience ${values.audiences.value.join(' or ')}, the application for ${audiences.value.join(' or ')} (${cite(audiences.place)}): no token passes both.`,
      fix: `audiences: [${audiences.value.join(', ')}]`,
      edits: setValue(values.audiences, audiences.value),
    },
  ];
}

/** Policies by issuers that nothing here accepts; silent where no RequestAuthentication is for the same pods. */
function checkPrincipals(all: Selector): Report[] {
  return all('mesh/authorization').flatMap((policy) => {
    const { target, namespace, values } = policy;
    const known = issuersAt({ namespace, labels: values.selector }, all);
    if (values.hasTargetRefs || known.length === 0) return [];
    const issuers = [...new Set(known.map((rule) => rule.values.issuer.value))];
    return values.rules
      .flatMap(({ sources }) => sources)
      .flatMap(({ requestPrincipals }) => requestPrincipals)
      .filter(({ value }) => !issuers.some((issuer) => takesPrincipal(value, issuer)))
      .map((principal) => {
        const isBare = issuers.includes(principal.value.replace(/\/$/, ''));
        const fitting = `${isBare ? principal.value.replace(/\/$/, '') : (issuers[0] ?? '')}/*`;
        return {
          target,
          at: principal.place,
          also: known.map((rule) => rule.values.issuer.place),
          message: isBare
            ? `requestPrincipals "${principal.value}" has no subject: they are <issuer>/<subject>, and no token matches.`
            : `requestPrincipals "${principal.value}" is of no issuer that is accepted here (${issuers.join(', ')}): no token matches.`,
          fix: `requestPrincipals: ["${fitting}"]`,
        };
      });
  });
}

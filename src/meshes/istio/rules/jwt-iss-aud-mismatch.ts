import type { AppAuthenticationControl } from '../../../model/app-control.js';
import type { MeshAuthenticationControl } from '../../../model/mesh-control.js';
import { cite, setValue, type Report, type Rule } from '../../../rules/rule.js';

export const jwtIssAudMismatch: Rule = {
  code: 'JWT_ISS_AUD_MISMATCH',
  severity: 'error',
  layer: 'both',
  title: 'The two layers accept different tokens.',
  reads: ['app/authentication', 'mesh/authentication'],
  why: "A token must pass both layers. Without audiences the sidecar checks none, whatever the proto says, and another service's token passes it (measured); a wrong audience is 403 there, not 401.",
  fix: 'One declaration of issuer and audiences for both layers.',
  check: ({ all }) => {
    const [app] = all('app/authentication');
    const rules = all('mesh/authentication');
    if (app === undefined) return [];
    // Of several issuers one must be the application's.
    const same = rules.find(({ values }) => values.issuer.value === app.values.issuer.value);
    const [first] = rules;
    if (same !== undefined) return checkAudiences(app, same);
    return first === undefined ? [] : [issuerReport(app, first)];
  },
};

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

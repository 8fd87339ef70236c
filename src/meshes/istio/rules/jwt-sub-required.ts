import { cite, type Rule } from '../../../rules/rule.js';

export const jwtSubRequired: Rule = {
  code: 'JWT_SUB_REQUIRED',
  severity: 'warning',
  layer: 'both',
  title: 'A valid token without sub has no request principal and is refused.',
  reads: ['app/authentication', 'mesh/authorization'],
  why: 'requestPrincipals is issuer/sub: a valid token without sub matches no value, not even <issuer>/* (measured: 403). Tokens of machines often lack it.',
  fix: 'when: request.auth.claims[iss] with the issuer, in place of requestPrincipals.',
  check: ({ all }) => {
    const subjectOptional = all('app/authentication')[0]?.values.subjectOptional;
    if (subjectOptional === undefined) return undefined;
    if (!subjectOptional.value) return [];
    return all('mesh/authorization').flatMap(({ target, values }) =>
      values.rules.flatMap(({ sources, place }) => {
        const used = sources.flatMap(({ requestPrincipals }) => requestPrincipals);
        if (values.action.value !== 'ALLOW' || used.length === 0) return [];
        return [
          {
            target,
            at: used[0]?.place ?? place,
            also: [subjectOptional.place],
            message: `Tokens may lack sub (${cite(subjectOptional.place)}), and requestPrincipals ${used.map(({ value }) => value).join(', ')} matches none of them: they are answered 403.`,
            fix: 'when: [{ key: "request.auth.claims[iss]", values: [<issuer>] }] in place of requestPrincipals.',
          },
        ];
      }),
    );
  },
};

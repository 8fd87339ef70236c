import { setValue, type Rule } from '../../../rules/rule.js';

export const jwtLocation: Rule = {
  code: 'JWT_LOCATION',
  severity: 'warning',
  layer: 'both',
  title: 'The sidecar takes tokens from places where the application does not look.',
  reads: ['app/authentication', 'mesh/authentication'],
  why: 'Without fromHeaders the sidecar also takes ?access_token=, which ends up in logs (measured), and the application answers 401 since it reads the header.',
  fix: 'fromHeaders: [{ name: Authorization, prefix: "Bearer " }].',
  check: ({ all }) =>
    all('mesh/authentication').flatMap(({ target, values }) => {
      const { fromHeaders, fromOther } = values;
      if (fromHeaders.value || fromOther) return [];
      return [
        {
          target,
          at: fromHeaders.place,
          message:
            'No fromHeaders: a token in ?access_token= passes the sidecar, and the application does not see it.',
          fix: 'fromHeaders: [{ name: Authorization, prefix: "Bearer " }]',
          edits: setValue(fromHeaders, [{ name: 'Authorization', prefix: 'Bearer ' }]),
        },
      ];
    }),
};

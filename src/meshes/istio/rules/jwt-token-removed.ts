import { cite, setValue, type Rule } from '../../../rules/rule.js';

export const jwtTokenRemoved: Rule = {
  code: 'JWT_TOKEN_REMOVED',
  severity: 'error',
  layer: 'both',
  title: 'The sidecar takes the token away before the application can check it.',
  reads: ['app/authentication', 'mesh/authentication'],
  why: 'After a successful check the sidecar removes the Authorization header unless forwardOriginalToken is true (measured). An application that validates tokens answers 401 to everybody.',
  fix: 'forwardOriginalToken: true.',
  check: ({ all }) => {
    const [app] = all('app/authentication');
    return all('mesh/authentication').flatMap(({ target, values }) => {
      const { forwardOriginalToken } = values;
      if (app === undefined || forwardOriginalToken.value) return [];
      return [
        {
          target,
          at: forwardOriginalToken.place,
          also: [app.place],
          message: `The application checks the token itself (${cite(app.place)}), and the sidecar removes it: forwardOriginalToken is ${forwardOriginalToken.basis === 'default' ? 'not set, which means false' : 'false'}.`,
          fix: 'forwardOriginalToken: true',
          edits: setValue(forwardOriginalToken, true),
        },
      ];
    });
  },
};

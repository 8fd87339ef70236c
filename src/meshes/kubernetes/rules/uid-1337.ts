import { hasMesh } from '../membership.js';
import { setValue, type Rule } from '../../../rules/rule.js';

export const uid1337: Rule = {
  code: 'UID_1337',
  severity: 'error',
  layer: 'mesh',
  title: "The application runs as the proxy's own user, and bypasses it.",
  reads: [],
  why: "Traffic of user 1337 is not redirected, since it would be the proxy's (IST0144): no mTLS, no policy.",
  fix: 'Any other user, such as 65532.',
  check: ({ all }) =>
    [...all('mesh/workload'), ...all('mesh/pod')].flatMap(({ target, values }) =>
      values.runAsUsers
        // Where no proxy is beside it, it is a user like any other.
        .filter(({ value }) => value === 1_337 && !values.isLeftOut && hasMesh(all))
        .map((user) => ({
          target,
          at: user.place,
          message:
            "runAsUser 1337 is the proxy's user: the application's traffic passes the mesh by.",
          fix: 'runAsUser: 65532',
          edits: setValue(user, 65_532),
        })),
    ),
};

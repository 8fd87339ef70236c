import { setValue, type Rule } from '../../../rules/rule.js';

export const jwtScopeSpaces: Rule = {
  code: 'JWT_SCOPE_SPACES',
  severity: 'error',
  layer: 'mesh',
  title: 'A scope with a space in it never matches.',
  reads: ['mesh/authorization'],
  why: 'The sidecar splits scope and permission at spaces, so that each value is one word (buildSpaceDelimitedClaims); "read write" matches nothing.',
  fix: 'One scope a value; for several that are all needed, one condition each.',
  check: ({ all }) =>
    all('mesh/authorization').flatMap(({ target, values }) =>
      values.rules.flatMap(({ conditions }) =>
        conditions
          .filter(({ key }) => /^request\.auth\.claims\[(?:scope|permission)\]$/.test(key))
          .flatMap(({ key, values: wanted }) => {
            const spaced = wanted.filter(({ value }) => /\s/.test(value));
            const [first] = spaced;
            if (first === undefined) return [];
            const words = wanted.flatMap(({ value }) => value.split(/\s+/));
            const list = { ...first.place, at: first.place.at?.slice(0, -1) ?? [] };
            return [
              {
                target,
                at: first.place,
                message: `${key} is compared word by word: "${first.value}" never matches.`,
                fix: `values: [${words.join(', ')}] for any of them; one condition each for all of them.`,
                edits: setValue({ place: list }, words),
              },
            ];
          }),
      ),
    ),
};

import type { Rule } from '../rule.js';

export const placeholderUnset: Rule = {
  code: 'PLACEHOLDER_UNSET',
  severity: 'error',
  layer: 'app',
  title: 'A setting still holds the stand-in that it was made with.',
  reads: ['app/placeholder'],
  why: 'Names under .invalid never resolve (RFC 2606): an issuer or image that nobody set fails when it is deployed, not before.',
  fix: 'Set it in scaffold.yaml, then run scaffold update.',
  check: ({ all, isDeployable }) =>
    all('app/placeholder').map(({ values, place }) => ({
      target: values.setting,
      at: place,
      severity: isDeployable ? ('error' as const) : ('info' as const),
      message:
        values.isUnknown === true
          ? `${values.setting} is unknown: the code was made by hand, and scaffold.yaml does not say it.`
          : `${values.setting} holds a placeholder under .invalid.`,
      fix: `Set ${values.setting} in scaffold.yaml.`,
    })),
};

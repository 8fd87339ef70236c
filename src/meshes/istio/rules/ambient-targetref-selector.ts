import type { Rule } from '../../../rules/rule.js';

export const ambientTargetrefSelector: Rule = {
  code: 'AMBIENT_TARGETREF_SELECTOR',
  severity: 'error',
  layer: 'mesh',
  title: 'A policy that says in two ways for what it is.',
  reads: ['mesh/selection'],
  why: 'The CustomResourceDefinitions hold "only one of targetRefs or selector can be set": the API server refuses an object with both, and with it the whole apply (istio.io/api, XValidation).',
  fix: 'targetRefs for a Service or Gateway, selector for pods; one policy for each.',
  check: ({ all }) =>
    all('mesh/selection').flatMap(({ target, place, values }) =>
      values.selector === undefined || !values.hasTargetRefs
        ? []
        : [
            {
              target,
              at: place,
              message: `${target} has both selector and targetRefs: the API server refuses it.`,
              fix: 'One of them; a waypoint carries out what has targetRefs, ztunnel and sidecars what has a selector.',
            },
          ],
    ),
};

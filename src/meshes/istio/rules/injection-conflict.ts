import type { Rule } from '../../../rules/rule.js';

const INJECTION = 'istio-injection';
const OTHERS = ['istio.io/rev', 'istio.io/dataplane-mode'];

export const injectionConflict: Rule = {
  code: 'INJECTION_CONFLICT',
  severity: 'warning',
  layer: 'mesh',
  title: 'Labels of a namespace ask for its pods to join the mesh in two ways.',
  reads: ['mesh/namespace'],
  why: 'istio-injection comes before istio.io/rev, so that the revision is ignored; a pod with a sidecar is left out of ambient, so that which it gets depends on the order of webhooks and restarts (IST0123).',
  fix: 'One of istio-injection, istio.io/rev and istio.io/dataplane-mode.',
  check: ({ all }) =>
    all('mesh/namespace').flatMap(({ target, values }) => {
      const injection = values.labels[INJECTION];
      // What is switched off conflicts with nothing.
      if (injection !== undefined && injection.value !== 'enabled') return [];
      const asked = [INJECTION, ...OTHERS].flatMap((key) => {
        const value = values.labels[key];
        const isNone =
          value === undefined || (key.endsWith('dataplane-mode') && value.value === 'none');
        return isNone ? [] : [{ key, value }];
      });
      const [first, ...others] = asked;
      if (first === undefined || others.length === 0) return [];
      return [
        {
          target,
          at: first.value.place,
          also: others.map(({ value }) => value.place),
          message: `${asked.map(({ key, value }) => `${key}: ${value.value}`).join(' and ')} stand beside each other: ${first.key} wins, or which one acts depends on when a pod was started.`,
          fix: `One of ${asked.map(({ key }) => key).join(', ')}.`,
        },
      ];
    }),
};

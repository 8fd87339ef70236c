import { setValue, type Rule } from '../../../rules/rule.js';

export const prestopMissing: Rule = {
  code: 'PRESTOP_MISSING',
  severity: 'warning',
  layer: 'mesh',
  title: 'The application stops listening while requests are still sent to it.',
  reads: ['mesh/workload'],
  why: 'Removing a pod from every proxy takes seconds; the signal comes at once. Without a pause new requests meet a closed port during every rollout (istio#34855).',
  fix: 'lifecycle.preStop.sleep of 5 to 10 s (Kubernetes 1.30 and later).',
  check: ({ all }) =>
    all('mesh/workload').flatMap(({ target, values }) => {
      const { preStop, hasOpaqueHook, isInjected } = values;
      if (!isInjected || hasOpaqueHook || preStop.value > 0) return [];
      return [
        {
          target,
          at: preStop.place,
          message:
            'No preStop pause: the process gets its signal before the proxies of its callers know that it goes.',
          fix: 'lifecycle: { preStop: { sleep: { seconds: 5 } } }',
          edits: setValue(preStop, { sleep: { seconds: 5 } }),
        },
      ];
    }),
};

import type { Rule } from '../../../rules/rule.js';

export const jobSidecar: Rule = {
  code: 'JOB_SIDECAR',
  severity: 'warning',
  layer: 'mesh',
  title: 'A Job has a sidecar that does not end: it never completes.',
  reads: ['mesh/pod'],
  why: 'A sidecar of the old kind is a container like any other and runs on when the work is done, so that the pod is never complete (istio#6324). A native one ends with the pod: the default where nodes have Kubernetes 1.33 and Istio is 1.27 or later.',
  fix: "sidecar.istio.io/nativeSidecar: 'true', no sidecar (sidecar.istio.io/inject: 'false'), or POST localhost:15020/quitquitquit at the end of the work.",
  check: ({ all }) =>
    all('mesh/pod').flatMap(({ target, place, values }) => {
      const { isOnce, isInjected, isNative, endsProxy, isPartial } = values;
      if (!isOnce || !isInjected || isNative === true || endsProxy || isPartial) return [];
      const isSure = isNative === false;
      return [
        {
          target,
          at: place,
          severity: isSure ? ('warning' as const) : ('info' as const),
          message: isSure
            ? `${target} has a sidecar that is not native (sidecar.istio.io/nativeSidecar is false): it runs on when the work is done, and the Job never completes.`
            : `${target} gets a sidecar. Where that is not native, as before Istio 1.27 or on nodes older than Kubernetes 1.33, it runs on when the work is done.`,
          fix: "sidecar.istio.io/nativeSidecar: 'true' on the pods.",
        },
      ];
    }),
};

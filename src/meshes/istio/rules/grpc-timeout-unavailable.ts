import type { RouteControl } from '../../../model/mesh-control.js';
import { serviceOf } from '../../../flow/workloads.js';
import type { Composition } from '../../../flow/composition.js';
import { repeatOnly } from '../effective/repeat-only.js';
import type { Rule } from '../../../rules/rule.js';

export const grpcTimeoutUnavailable: Rule = {
  code: 'GRPC_TIMEOUT_UNAVAILABLE',
  severity: 'error',
  layer: 'both',
  title: 'A gRPC call that the mesh cuts looks like UNAVAILABLE, which is repeated.',
  reads: ['mesh/route'],
  why: 'A timeout enforced by the sidecar is grpc-status 14 UNAVAILABLE, which stands in the default retryOn of every hop above; with the runtime flag envoy.reloadable_features.grpc_timeout_returns_deadline_exceeded (Istio 1.30 and later) it is 4 (measured both ways).',
  fix: 'Set the runtime flag in proxy.istio.io/config of the calling pods, or leave unavailable out of retryOn.',
  check: (composition) =>
    composition.all('mesh/route').flatMap((route) => {
      const { timeout, retryOn, attempts } = route.values;
      const repeats = attempts.value > 0 && retryOn.value.includes('unavailable');
      if (!repeats || timeout.value === 0 || !isGrpc(route, composition)) return [];
      const caller = composition.workload;
      if (caller?.values.proxy.grpcTimeoutIsDeadline.value === true) return [];
      // Istio's default written out without one word would be a policy that nobody has thought about.
      const { fix, edits } = repeatOnly(
        route,
        retryOn.basis === 'default' ? [] : retryOn.value.filter((word) => word !== 'unavailable'),
      );
      return [
        {
          target: route.target,
          at: retryOn.place,
          also: [timeout.place],
          message: `The route of a gRPC service has timeout ${timeout.value} ms, reported as UNAVAILABLE, and retryOn ${retryOn.basis === 'default' ? "(Istio's default) " : ''}repeats UNAVAILABLE: a call that took too long is started again by the hop above.`,
          fix: `${fix}, or the runtime flag grpc_timeout_returns_deadline_exceeded on the caller's pods.`,
          edits,
        },
      ];
    }),
};

function isGrpc({ values }: RouteControl, { all }: Composition): boolean {
  return values.destinations.some(({ host, port }) =>
    serviceOf(host.value, all)?.values.ports.some(
      ({ number, name, appProtocol }) =>
        (port === undefined || port === number) &&
        /^(?:grpc|kubernetes\.io\/h2c$)/.test(appProtocol?.value ?? name.value),
    ),
  );
}

import type { ProxyEnding } from '../../../flow/mesh-source.js';
import type { WorkloadControl } from '../../../model/workload-control.js';

/** A sidecar that is a plain container ends after terminationDrainDuration, 5 s by default (agent.go; istio#44690). */
export function endingOf({ values }: WorkloadControl): ProxyEnding | undefined {
  const { isNative, isInjected, proxy } = values;
  if (isNative === true || !isInjected) return undefined;
  const { terminationDrain: after, exitsOnZeroConnections } = proxy;
  const lasting = (ms: number) =>
    `terminationDrainDuration: ${Math.ceil(ms / 1_000)}s in proxy.istio.io/config`;
  if (!exitsOnZeroConnections.value) return { after, lasting };
  if (after.basis === 'default') return undefined;
  return {
    after,
    lasting,
    ignored: {
      message: `terminationDrainDuration ${after.value} ms is ignored: EXIT_ON_ZERO_ACTIVE_CONNECTIONS waits for connections instead.`,
      fix: 'One of the two.',
    },
  };
}

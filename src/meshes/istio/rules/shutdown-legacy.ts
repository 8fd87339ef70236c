import { stoppingTime } from '../../../flow/stopping-time.js';
import { cite, type Rule } from '../../../rules/rule.js';

export const shutdownLegacy: Rule = {
  code: 'SHUTDOWN_LEGACY',
  severity: 'error',
  layer: 'both',
  title: 'A sidecar of the old kind ends before the application has drained.',
  reads: ['app/stopping', 'mesh/workload'],
  why: 'Where nodes are older than Kubernetes 1.33 the sidecar is a plain container: it gets the signal with the application and ends after terminationDrainDuration, 5 s by default (agent.go; istio#44690). With EXIT_ON_ZERO_ACTIVE_CONNECTIONS that duration is ignored.',
  fix: 'terminationDrainDuration of preStop + shutdown delay + shutdown, without EXIT_ON_ZERO_ACTIVE_CONNECTIONS.',
  check: ({ all, workload }) => {
    const [ending] = all('app/stopping');
    if (ending === undefined || workload === undefined) return [];
    const { isNative, preStop, proxy, isInjected } = workload.values;
    if (isNative === true || !isInjected) return [];
    const { terminationDrain, exitsOnZeroConnections } = proxy;
    const { shutdownTimeout } = ending.values;
    const { time: stopping, sum, places } = stoppingTime(preStop, ending);
    if (exitsOnZeroConnections.value) {
      if (terminationDrain.basis === 'default') return [];
      return [
        {
          target: workload.target,
          at: terminationDrain.place,
          message: `terminationDrainDuration ${terminationDrain.value} ms is ignored: EXIT_ON_ZERO_ACTIVE_CONNECTIONS waits for connections instead.`,
          fix: 'One of the two.',
        },
      ];
    }
    if (terminationDrain.value >= stopping) return [];
    return [
      {
        target: workload.target,
        at: terminationDrain.place,
        also: places,
        message: `The sidecar ends ${terminationDrain.value} ms after the signal${terminationDrain.basis === 'default' ? " (Istio's default)" : ''}, the application up to ${stopping} ms after it (${sum}, ${cite(shutdownTimeout.place)}): requests in flight lose their network.`,
        fix: `terminationDrainDuration: ${Math.ceil(stopping / 1_000)}s in proxy.istio.io/config`,
      },
    ];
  },
};

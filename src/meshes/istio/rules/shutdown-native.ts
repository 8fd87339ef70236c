import type { Composition } from '../../../flow/composition.js';
import { stoppingTime } from '../../../flow/stopping-time.js';
import { cite, setValue, type Report, type Rule } from '../../../rules/rule.js';

/** Between the last answer and the end of the pod, ms. */
const SPARE = 2_000;

export const shutdownNative: Rule = {
  code: 'SHUTDOWN_NATIVE',
  severity: 'error',
  layer: 'both',
  title: 'The pod is killed, or its sidecar closes, before requests in flight are answered.',
  reads: ['mesh/workload'],
  why: 'A native sidecar ends after the application, and its listeners close after drainDuration (45 s by default; agent.go, admin.go). The grace period counts preStop, the time for which the application goes on after the signal, and its drain.',
  fix: 'terminationGracePeriodSeconds of preStop + shutdown delay + shutdown + 5; drainDuration of at least as much without the 5; a shutdown longer than the longest request.',
  check: (composition) => [...checkApplication(composition), ...checkPauses(composition)],
};

/** Pauses that leave the application no time, whatever it is. */
function checkPauses({ all, workload: own }: Composition): Report[] {
  const isKnown = all('app/stopping').length > 0;
  return all('mesh/workload').flatMap((workload) => {
    const { preStop, gracePeriod } = workload.values;
    if (preStop.value === 0 || preStop.value < gracePeriod.value) return [];
    if (isKnown && workload === own) return [];
    const needed = preStop.value / 1_000 + 30;
    return [
      {
        target: workload.target,
        at: gracePeriod.place,
        also: [preStop.place],
        message: `preStop of ${preStop.value} ms (${cite(preStop.place)}) takes the whole grace period of ${gracePeriod.value} ms${gracePeriod.basis === 'default' ? " (Kubernetes' default)" : ''}: the application is killed with the signal, and requests in flight with it.`,
        fix: `terminationGracePeriodSeconds: ${needed}`,
        edits: setValue(gracePeriod, needed),
      },
    ];
  });
}

function checkApplication({ all, server, workload }: Composition): Report[] {
  const [ending] = all('app/stopping');
  if (ending === undefined || workload?.values.isNative === false || workload === undefined)
    return [];
  const { preStop, gracePeriod, proxy } = workload.values;
  const { shutdownTimeout } = ending.values;
  const timeout = server?.values.timeout;
  const { time: stopping, sum: parts, places } = stoppingTime(preStop, ending);
  const reports: Report[] = [];
  const sum = `${parts} (${cite(shutdownTimeout.place)})`;
  if (gracePeriod.value < stopping + SPARE) {
    const needed = Math.ceil((stopping + 5_000) / 1_000);
    reports.push({
      target: workload.target,
      at: gracePeriod.place,
      also: places,
      message: `${sum} need ${stopping} ms, and the pod is killed after ${gracePeriod.value} ms${gracePeriod.basis === 'default' ? " (Kubernetes' default)" : ''}.`,
      fix: `terminationGracePeriodSeconds: ${needed}`,
      edits: setValue(gracePeriod, needed),
    });
  }
  if (stopping > proxy.drain.value) {
    reports.push({
      target: workload.target,
      at: proxy.drain.place,
      also: places,
      severity: 'warning',
      message: `${sum} are longer than drainDuration ${proxy.drain.value} ms: the sidecar closes its listeners before the application is done.`,
      fix: `drainDuration: ${stopping}ms in proxy.istio.io/config`,
    });
  }
  if (timeout !== undefined && shutdownTimeout.value < timeout.value) {
    reports.push({
      target: workload.target,
      at: shutdownTimeout.place,
      also: [timeout.place],
      message: `A request may take ${timeout.value} ms (${cite(timeout.place)}), and the application waits ${shutdownTimeout.value} ms for those in flight.`,
      fix: `A shutdown of ${timeout.value + 5_000}ms.`,
    });
  }
  return reports;
}

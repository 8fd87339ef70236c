import type { ServiceControl, WorkloadControl } from '../../../model/workload-control.js';
import { servicesOf } from '../../../flow/pods.js';
import type { Selector } from '../../../flow/selector.js';
import { setValue, type Rule } from '../../../rules/rule.js';

/** Protocols whose clients keep their connections and connect again by themselves, and ports that speak them. */
const PLAIN_NAMES = /^(?:tcp|tls|mongo|mysql|redis|udp)(?:-|$)/;
const PLAIN_PORTS = new Set([1433, 2181, 3306, 4222, 5432, 5672, 6379, 9042, 9092, 11211, 27017]);

export const prestopMissing: Rule = {
  code: 'PRESTOP_MISSING',
  severity: 'warning',
  layer: 'mesh',
  title: 'The application stops listening while requests are still sent to it.',
  reads: ['mesh/workload'],
  why: 'Removing a pod from every proxy takes seconds; the signal comes at once. Without a pause new requests meet a closed port during every rollout (istio#34855). Pods that no Service here leads to, databases, and what speaks of draining in its settings are left out.',
  fix: 'lifecycle.preStop.sleep of 5 to 10 s (Kubernetes 1.30 and later).',
  check: ({ all }) =>
    all('mesh/workload').flatMap((workload) => {
      const { target, values } = workload;
      const { preStop, hasOpaqueHook, isInjected, isPartial, mayDrain } = values;
      if (!isInjected || isPartial || hasOpaqueHook || mayDrain || preStop.value > 0) return [];
      if (!takesRequests(workload, all)) return [];
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

/** True when a Service leads to it for anything but connections that clients keep. */
function takesRequests(workload: WorkloadControl, all: Selector): boolean {
  return servicesOf(workload, all).some(({ values }) => values.ports.some(isForRequests));
}

function isForRequests({
  name,
  appProtocol,
  number,
  protocol,
}: ServiceControl['values']['ports'][number]) {
  const said = appProtocol?.value ?? name.value;
  return protocol === 'TCP' && !PLAIN_NAMES.test(said) && !PLAIN_PORTS.has(number);
}

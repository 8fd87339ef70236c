import { podsOf } from '../flow/workloads.js';
import { explainPage, type PageInput } from '../report/page/page.js';
import type { HostCalls } from './read-host-calls.js';

/** The page about calls to a host, with the same sliders as that of a service. */
export function pageOfHost(
  { caller, flows, composition }: HostCalls,
  choice: PageInput['choice'],
): string {
  const pods = podsOf({ workload: caller.workload, all: composition.all });
  return explainPage({
    service: caller.title,
    upstreams: flows.map((flow) => ({
      flow,
      access: [],
      pods,
      queries: composition.meshes.queries(flow),
      unknown: unknownOfCaller(flow),
      unsaid: [],
    })),
    choice,
  });
}

/** What nothing says of the application that calls. */
function unknownOfCaller({ call, retries }: HostCalls['flows'][0]) {
  return [
    ...(call === undefined ? [{ what: 'deadline of the call', setting: undefined }] : []),
    ...(retries === undefined ? [{ what: 'tries, the first included', setting: undefined }] : []),
  ];
}

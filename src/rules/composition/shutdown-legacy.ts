import { stoppingTime } from '../../flow/stopping-time.js';
import { cite, type Rule } from '../rule.js';

export const shutdownLegacy: Rule = {
  code: 'SHUTDOWN_LEGACY',
  severity: 'error',
  layer: 'both',
  title: 'A sidecar of the old kind ends before the application has drained.',
  reads: ['app/stopping', 'mesh/workload'],
  why: 'Where the proxy is a plain container it gets the signal together with the application, and ends by its own clock: requests in flight, and calls that they make, lose their network (measured and in the sources of both: after 5 s by default in one mesh, at once in the other, whose proxy closes its listeners with the signal).',
  fix: "Let the proxy go on for preStop + shutdown delay + shutdown, in the mesh's own words, or make it a native sidecar.",
  check: ({ all, workload, meshes }) => {
    const [ending] = all('app/stopping');
    const proxy = workload === undefined ? undefined : meshes.endingOf(workload);
    if (ending === undefined || workload === undefined || proxy === undefined) return [];
    const { after, ignored, lasting } = proxy;
    if (ignored !== undefined) return [{ target: workload.target, at: after.place, ...ignored }];
    const { shutdownTimeout } = ending.values;
    const { time: stopping, sum, places } = stoppingTime(workload.values.preStop, ending);
    if (after.value >= stopping) return [];
    return [
      {
        target: workload.target,
        at: after.place,
        also: places,
        message: `The sidecar ends ${after.value} ms after the signal${after.basis === 'default' ? ' (its default)' : ''}, the application up to ${stopping} ms after it (${sum}, ${cite(shutdownTimeout.place)}): requests in flight lose their network.`,
        fix: lasting(stopping),
      },
    ];
  },
};

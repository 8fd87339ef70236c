import type { RouteControl } from '../../model/mesh-control.js';
import type { Flow } from '../../flow/flow.js';
import { isRetriedByMesh, longestOfRoute, tryTimeout } from '../../flow/failure-class.js';
import { requestsOf } from '../../flow/reached.js';
import type { Dialect } from '../../flow/mesh-source.js';
import { cite, setValue, type Report, type Rule } from '../rule.js';

/** How far the mesh's timeout must lie below the application's, ms. */
const MARGIN = 50;

export const appTimeoutBelowMesh: Rule = {
  code: 'APP_TIMEOUT_BELOW_MESH',
  severity: 'error',
  layer: 'both',
  title: 'The application gives up while the mesh is still at work.',
  reads: ['app/call', 'mesh/route'],
  why: 'A try that the application abandons is a cancelled stream for the sidecar, no error: the hanging replica is never ejected (measured: 500 ms in the application above 2 s in the mesh, 24 of 60 calls lost, no ejection; 450 ms in the mesh, 5 lost, ejected).',
  fix: "The route's timeout, all its tries included, 50 ms below the application's timeout for one try.",
  check: ({ flows, meshes }) =>
    flows.flatMap((flow) =>
      flow.routes.flatMap((route) => checkRoute(flow, route, meshes.say(flow))),
    ),
};

function checkRoute(flow: Flow, route: RouteControl, say: Dialect): Report[] {
  const { call, retries } = flow;
  if (call === undefined || call.values.stream) return [];
  const repeats = retries !== undefined && retries.values.tries.value > 1;
  const served = requestsOf(flow, route);
  if (served.length === 0) return [];
  const isRepeated = repeats && served.some(({ isRepeatable }) => isRepeatable);
  const limit = isRepeated ? retries.values.perTryTimeout : call.values.timeout;
  if (limit.value === 0) return [];
  const longest = longestOfRoute(route);
  if (longest + MARGIN <= limit.value) return [];
  const fields = say.fields(route);
  const { timeout, perTryTimeout, attempts } = route.values;
  const each = tryTimeout(route);
  const isLost = each === 0 || limit.value < each;
  const fitting = Math.max(1, limit.value - MARGIN);
  // Less time for all tries is less for each of them.
  const share = Math.max(1, Math.floor(fitting / (1 + attempts.value)));
  const isShared = perTryTimeout.value > share && isRetriedByMesh(route, 'timeout');
  const taken = longest === Infinity ? 'has no timeout' : `may take ${longest} ms`;
  return [
    {
      target: flow.name,
      at: timeout.place,
      also: [limit.place],
      severity: isLost ? 'error' : 'warning',
      message: `The application gives up a try after ${limit.value} ms (${cite(limit.place)}), while route ${route.values.name} ${taken}: the mesh ${isLost ? 'never sees the time-out, so that nothing is ejected' : 'is cut off before its own limit'}.`,
      fix: `${fields.timeout}: ${fitting}ms${isShared ? ` and ${fields.perTryTimeout}: ${share}ms` : ''} on this route.`,
      edits: [
        ...setValue(timeout, `${fitting}ms`),
        ...(isShared ? setValue(perTryTimeout, `${share}ms`) : []),
      ],
    },
  ];
}

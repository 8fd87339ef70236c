import { down, exists, locate, targetOf, text } from '../../../manifests/cursor.js';
import type { World } from '../../../manifests/kind.js';
import type { Composition } from '../../../flow/composition.js';
import { isSelected } from '../../../flow/selection.js';
import { cite, type Report, type Rule } from '../../../rules/rule.js';
import { podsOf } from '../../kubernetes/written/pods.js';
import { mayBeSame } from '../../world.js';
import { linkerdWorld } from '../written/annotated.js';
import { podsOfServer, portOfServer, serversIn } from '../written/inbound.js';
import { portSet } from '../written/services.js';

const INBOUND = 'config.linkerd.io/skip-inbound-ports';
const OUTBOUND = 'config.linkerd.io/skip-outbound-ports';

export const l5dSkipPort: Rule = {
  code: 'L5D_SKIP_PORT',
  severity: 'error',
  layer: 'mesh',
  title: 'Traffic to a port with a policy passes the proxy by.',
  reads: ['mesh/objects'],
  why: 'Ports of skip-inbound-ports and skip-outbound-ports never reach the proxy: no mTLS, no authorization, no retries, timeouts and breaker (reference/proxy-configuration).',
  fix: 'Take the port out of the list, or the policy away.',
  check: (composition) => {
    const world = linkerdWorld(composition);
    if (world === undefined) return [];
    return [...checkInbound(world), ...checkCalls(composition, world)];
  },
};

function checkInbound(world: World): Report[] {
  return serversIn(world).flatMap((server) =>
    podsOfServer(server, world).flatMap((pods) => {
      const at = down(pods.annotations, INBOUND);
      const port = portOfServer(server, pods);
      if (!exists(at) || port === undefined || !portSet(text(at).value)(port)) return [];
      const place = locate(server.object);
      return [
        {
          target: targetOf(pods.object),
          at: locate(at),
          also: [place],
          message: `skip-inbound-ports ${text(at).value} covers port ${port}, which ${targetOf(server.object)} (${cite(place)}) is for: its policy never acts.`,
          fix: `Take ${port} out of ${INBOUND}.`,
        },
      ];
    }),
  );
}

/** Calls that the application declares, with a policy in the mesh. */
function checkCalls({ flows, workload }: Composition, world: World): Report[] {
  if (workload === undefined) return [];
  const own = podsOf(world).find(
    (pods) =>
      mayBeSame(pods.namespace, workload.namespace ?? '') &&
      isSelected(workload.values.labels, pods.labels),
  );
  const at = own === undefined ? undefined : down(own.annotations, OUTBOUND);
  if (own === undefined || at === undefined || !exists(at)) return [];
  const covers = portSet(text(at).value);
  return flows
    .filter(({ call, port }) => call !== undefined && port !== undefined && covers(port))
    .filter(({ routes, policy }) => routes.length > 0 || policy !== undefined)
    .map(({ name, port, routes, policy }) => ({
      target: name,
      at: locate(at),
      also: [(routes[0] ?? policy ?? { place: locate(at) }).place],
      message: `skip-outbound-ports ${text(at).value} covers port ${port ?? 0} of ${name}: the policy for its calls never acts.`,
      fix: `Take ${port ?? 0} out of ${OUTBOUND}.`,
    }));
}

import { pathTo } from '../effective/ambient.js';
import { asConsumer } from '../effective/ambient-layer.js';
import { selectPolicies } from '../effective/lookup.js';
import { cite, setValue, type Rule } from '../../../rules/rule.js';

const HOUR = 3_600_000;

export const keepaliveRace: Rule = {
  code: 'KEEPALIVE_RACE',
  severity: 'warning',
  layer: 'both',
  title: 'The application closes idle connections before the sidecar does.',
  reads: ['app/server', 'app/idling', 'mesh/workload'],
  why: "The sidecar keeps idle connections for an hour by default; a request that it sends while the application closes one is reset: 503 UC (istio#55138, #51619). connectionPool of the service's own DestinationRule acts inbound too (cluster_builder.go).",
  fix: "http.idleTimeout in the service's own DestinationRule below the server's idle timeout.",
  check: (composition) => {
    const { server, all } = composition;
    const idling = all('app/idling')[0]?.values.idleTimeout;
    if (server === undefined || idling === undefined) return [];
    const { namespace, values } = server;
    const labels = composition.workload?.values.labels;
    // ztunnel keeps no connections.
    const path = pathTo(values.host, { namespace, labels }, all);
    if (path.kind === 'ztunnel') return [];
    const proxy =
      path.kind === 'waypoint' ? asConsumer(path.waypoint) : { namespace, labels: undefined };
    const policies = selectPolicies(values.host, proxy, all('mesh/trafficPolicy'));
    const idle = policies.find((policy) => policy.values.level === 'destination')?.values.pool
      ?.idleTimeout;
    const meshIdle = idle?.value ?? HOUR;
    if (meshIdle > 0 && meshIdle < idling.value) return [];
    const fitting = `${Math.max(1, Math.floor((idling.value * 2) / 3_000))}s`;
    return [
      {
        target: server.target,
        at: idle?.place ?? idling.place,
        also: idle === undefined ? [] : [idling.place],
        message: `The ${path.kind} keeps idle connections ${meshIdle} ms${idle?.basis === 'written' ? '' : " (Istio's default)"}, the application closes them after ${idling.value} ms (${cite(idling.place)}): now and then a request meets a closing connection, and is 503.`,
        fix: `connectionPool.http.idleTimeout: ${fitting} in a DestinationRule for ${values.host}`,
        edits: idle === undefined ? [] : setValue(idle, fitting),
      },
    ];
  },
};

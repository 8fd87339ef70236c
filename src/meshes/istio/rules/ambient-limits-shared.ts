import { replicasOfWorkload } from '../../../flow/workloads.js';
import { cite, type Rule } from '../../../rules/rule.js';

export const ambientLimitsShared: Rule = {
  code: 'AMBIENT_LIMITS_SHARED',
  severity: 'warning',
  layer: 'both',
  title: 'A limit that would do for one caller, at a waypoint, where all of them share it.',
  reads: ['app/call', 'mesh/trafficPolicy', 'mesh/workload'],
  why: "A sidecar counts the requests of its own pod; a replica of a waypoint counts those of all callers' pods together (cluster_waypoint.go), and may get all of them.",
  fix: "http2MaxRequests for the callers' pods together.",
  check: ({ flows, server, workload, all }) =>
    flows.flatMap(({ name, through, policy, call, stations = [] }) => {
      const limit = policy?.values.pool?.http2MaxRequests;
      const opened = server?.values.connections;
      if (through !== 'shared' || call === undefined || limit === undefined) return [];
      if (opened === undefined || workload === undefined || limit.value === 0) return [];
      const pods = replicasOfWorkload(workload, all)?.value ?? 1;
      const needed = pods * opened.value;
      // Below what one pod does, CB_BELOW_CONCURRENCY says it.
      if (limit.value >= needed || limit.value < opened.value) return [];
      return [
        {
          target: name,
          at: limit.place,
          also: [opened.place],
          message: `http2MaxRequests ${limit.value} is for all callers of ${name} together at its ${stations[1] ?? 'waypoint'}, and ${pods} pods of this one open up to ${opened.value} connections each (${cite(opened.place)}): ${needed}.`,
          fix: `http2MaxRequests: ${2 ** Math.ceil(Math.log2(needed))}`,
        },
      ];
    }),
};

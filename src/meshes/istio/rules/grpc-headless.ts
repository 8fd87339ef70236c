import { serviceOf } from '../../../flow/workloads.js';
import type { Rule } from '../../../rules/rule.js';

export const grpcHeadless: Rule = {
  code: 'GRPC_HEADLESS',
  severity: 'warning',
  layer: 'both',
  title: 'A gRPC upstream is a headless Service: the sidecar does not balance its calls.',
  reads: ['app/call', 'mesh/service'],
  why: 'A gRPC client keeps one connection, and the sidecar passes a connection to a headless Service on to the address that the client chose (ORIGINAL_DST, measured): every call goes to one pod, retries cannot change the pod, and nothing is ejected. To a Service with a cluster address the sidecar balances call by call.',
  fix: 'A Service with a cluster address for the calls.',
  check: ({ all, flows }) =>
    flows.flatMap(({ name, host, call, mesh, transport }) => {
      const service = serviceOf(host, all);
      if (call === undefined || transport.needsHttp2 !== true || mesh.id !== 'istio') return [];
      if (service?.values.isHeadless !== true) return [];
      return [
        {
          target: name,
          at: call.values.url.place,
          also: [service.place],
          message: `${name} is called by ${transport.id}, and ${service.target} is headless: all calls of a pod go to the one replica that its connection leads to.`,
          fix: `A further Service for ${service.target} without clusterIP: None, and its name in the url of ${name}.`,
        },
      ];
    }),
};

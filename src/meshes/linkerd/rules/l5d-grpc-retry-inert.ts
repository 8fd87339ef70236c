import { registryOf } from '../../../flow/registry.js';
import type { Rule } from '../../../rules/rule.js';
import { RETRY } from '../read/annotations.js';
import { annotatedIn, linkerdWorld, routesOfService } from '../written/annotated.js';

export const l5dGrpcRetryInert: Rule = {
  code: 'L5D_GRPC_RETRY_INERT',
  severity: 'error',
  layer: 'mesh',
  title: 'Codes of gRPC are retried on a Service that no GRPCRoute is for.',
  reads: ['mesh/objects'],
  why: 'Only a GRPCRoute makes Linkerd read the grpc-status of answers. Without one the policy is that of HTTP, and a status of 14 in an answer of 200 is not retried (measured).',
  fix: 'A GRPCRoute whose parent is the Service.',
  check: (composition) => {
    const world = linkerdWorld(composition);
    if (world === undefined) return [];
    const { isWhole } = registryOf(composition.all);
    return annotatedIn(world).flatMap(({ object, target, kind, read }) => {
      const { retry } = read;
      if (kind === 'GRPCRoute' || retry?.grpc === undefined) return [];
      const hasRoute =
        kind === 'Service' &&
        routesOfService(object, world).some((route) => route.kind === 'GRPCRoute');
      if (hasRoute) return [];
      const isSure = kind === 'HTTPRoute' || isWhole(object.object.namespace || undefined);
      return [
        {
          target,
          at: retry.grpc.place,
          severity: isSure ? ('error' as const) : ('info' as const),
          message: `${RETRY}grpc: ${retry.grpc.value.join(',')} does nothing: ${kind === 'HTTPRoute' ? 'an HTTPRoute reads no codes of gRPC' : `no GRPCRoute here is for ${target}`}.`,
          fix: `A GRPCRoute for ${kind === 'HTTPRoute' ? 'the same Service' : target} in its place.`,
        },
      ];
    });
  },
};

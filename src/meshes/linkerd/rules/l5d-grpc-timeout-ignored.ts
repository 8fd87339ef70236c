import { isOpaque } from '../../../flow/reached.js';
import { cite, type Rule } from '../../../rules/rule.js';
import { TIMEOUT } from '../read/annotations.js';
import { linkerdFlows, linkerdWorld, routesTo } from '../written/annotated.js';

export const l5dGrpcTimeoutIgnored: Rule = {
  code: 'L5D_GRPC_TIMEOUT_IGNORED',
  severity: 'warning',
  layer: 'both',
  title: 'The deadline of a gRPC call ends in the application, and nowhere else.',
  reads: ['app/call'],
  why: 'Linkerd does not read grpc-timeout: with 200m a call was answered after 933 ms (measured). What the application gives up is no failure to the proxy, so that failure accrual never trips an endpoint that hangs.',
  fix: "timeout.linkerd.io/request on the GRPCRoute, just under the application's deadline.",
  check: (composition) => {
    const world = linkerdWorld(composition);
    // A port that is yet to be filled in may be that of the call.
    const unsure = (world === undefined ? [] : routesTo('Service', world))
      .filter(({ parent }) => Number.isNaN(parent.port))
      .map(({ parent }) => parent.name);
    return linkerdFlows(composition).flatMap((flow) => {
      const { name, call, routes, policy, transport } = flow;
      // Codes in words are what gRPC has, and no other transport.
      const isGrpc = transport.answers.some(({ word }) => word !== undefined);
      if (call === undefined || !isGrpc || isOpaque(flow) || call.values.stream) return [];
      const { timeout } = call.values;
      const isCut =
        routes.length > 0 &&
        routes.every(
          ({ values }) => values.timeout.value > 0 || values.timeout.place.isUnknown === true,
        );
      const outlier = policy?.values.outlier;
      if (timeout.value === 0 || isCut || outlier === undefined) return [];
      if (unsure.some((service) => flow.host.startsWith(`${service}.`))) return [];
      return [
        {
          target: name,
          at: timeout.place,
          also: [outlier.consecutive5xxErrors.place],
          message: `Only the application ends a call to ${name}, after ${timeout.value} ms (${cite(timeout.place)}): no endpoint that hangs is ever tripped.`,
          fix: `${TIMEOUT}request: ${Math.max(1, timeout.value - 50)}ms for the calls.`,
        },
      ];
    });
  },
};

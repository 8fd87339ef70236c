import { serviceOf } from '../../../flow/workloads.js';
import { cite, type Rule } from '../../../rules/rule.js';
import { annotatedIn, linkerdWorld, routesOfService } from '../written/annotated.js';
import { findService, serviceNamed } from '../written/services.js';

export const l5dAccrualAuthz: Rule = {
  code: 'L5D_ACCRUAL_AUTHZ',
  severity: 'error',
  layer: 'both',
  title: 'Users without a permission trip the endpoints of a gRPC service for everyone else.',
  reads: ['app/authentication', 'app/server'],
  why: 'Failure accrual counts PERMISSION_DENIED of gRPC like a failure, beside UNAVAILABLE, UNKNOWN, INTERNAL and DEADLINE_EXCEEDED (measured). A service that checks the tokens of users answers it on purpose.',
  fix: 'No failure accrual on a gRPC service that refuses users.',
  check: (composition) => {
    const world = linkerdWorld(composition);
    const [authentication] = composition.all('app/authentication');
    const { server } = composition;
    if (world === undefined || authentication === undefined || server === undefined) return [];
    const named = serviceNamed(server.values.host);
    const service = named === undefined ? undefined : findService(named, world);
    if (service === undefined || serviceOf(server.values.host, composition.all) === undefined)
      return [];
    const own = annotatedIn(world).find(({ object }) => object.node === service.node);
    const accrual = own?.read.accrual;
    const isGrpc = routesOfService(service, world).some(({ kind }) => kind === 'GRPCRoute');
    if (own === undefined || accrual === undefined || !isGrpc) return [];
    return [
      {
        target: own.target,
        at: accrual.mode.place,
        also: [authentication.place],
        message: `${own.target} checks tokens of users (${cite(authentication.place)}), and ${accrual.maxFailures.value} refusals in a row trip an endpoint for its callers.`,
        fix: 'Take the failure-accrual annotations away.',
      },
    ];
  },
};

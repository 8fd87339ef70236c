import { targetOf } from '../../../manifests/cursor.js';
import type { Rule } from '../../../rules/rule.js';
import { worldOf } from '../../world.js';
import { isUnresolved } from '../../../flow/selection.js';
import { findGateway, isInternalGateway } from '../written/gateways.js';
import { gatewayRefsOf, virtualServicesOf } from '../written/virtual-services.js';

export const gatewayUnknown: Rule = {
  code: 'GATEWAY_UNKNOWN',
  severity: 'error',
  layer: 'mesh',
  title: 'A VirtualService names a Gateway that is not there.',
  reads: ['mesh/objects'],
  why: "Routes for a gateway that does not exist are sent to no proxy: requests that come in get 404 (IST0101, KIA1102). A name without a namespace means one of the VirtualService's own.",
  fix: 'The name of a Gateway, with its namespace: <namespace>/<name>.',
  check: (composition) => {
    const world = worldOf(composition);
    return virtualServicesOf(composition).flatMap((object) =>
      gatewayRefsOf(object).flatMap((reference) => {
        const { value, place } = reference;
        if (isUnresolved(value) || isInternalGateway(value)) return [];
        const answer = findGateway(world, value, object.object.namespace);
        // Gateways of a namespace that is not here are in another repository.
        if (answer.found.length > 0 || !answer.isNamespaceHere) return [];
        const where = answer.namespace === '' ? '' : ` in ${answer.namespace}`;
        return [
          {
            target: targetOf(object),
            at: place,
            ...(answer.namespace === '' && { severity: 'info' as const }),
            message: `Gateway ${value} is not among the Gateways here${where}: nothing that comes in takes these routes.`,
            fix: 'Name a Gateway that is there, as <namespace>/<name>.',
          },
        ];
      }),
    );
  },
};

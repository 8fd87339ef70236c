import {
  down,
  entriesOf,
  itemsOf,
  labelsOf,
  locate,
  targetOf,
  type Cursor,
} from '../../../manifests/cursor.js';
import type { World } from '../../../manifests/kind.js';
import { cite, type Report, type Rule } from '../../../rules/rule.js';
import { worldOf } from '../../world.js';
import { findGateway, type WrittenGateway } from '../written/gateways.js';
import { gatewayRefsOf, routesOf, virtualServicesOf } from '../written/virtual-services.js';

export const jwtRouteUnverified: Rule = {
  code: 'JWT_ROUTE_UNVERIFIED',
  severity: 'warning',
  layer: 'mesh',
  title: 'Routes ask for claims of a token that the gateway does not verify.',
  reads: ['mesh/objects'],
  why: 'Claims are there for routes only after a RequestAuthentication on the gateway has verified the token; without one @request.auth.claims matches nothing, and withoutHeaders everything (istio.io, "JWT claim based routing"; IST0149).',
  fix: "A RequestAuthentication that selects the gateway's pods.",
  check: (composition) => {
    const world = worldOf(composition);
    return virtualServicesOf(composition).flatMap((object) => {
      const claim = claimOf(object);
      if (claim === undefined) return [];
      return gatewayRefsOf(object)
        .flatMap(({ value }) => findGateway(world, value, object.object.namespace).found)
        .filter((gateway) => !isVerified(gateway, world))
        .map((gateway) => reportOf(object, claim, gateway));
    });
  },
};

function claimOf(object: Cursor): { readonly name: string; readonly at: Cursor } | undefined {
  for (const { at } of routesOf(object)) {
    for (const match of itemsOf(down(at, 'match'))) {
      for (const key of ['headers', 'withoutHeaders']) {
        const found = entriesOf(down(match, key)).find(([name]) =>
          /^@request\.auth\.claims[.[]/i.test(name),
        );
        if (found !== undefined) return { name: found[0], at: found[1] };
      }
    }
  }
  return undefined;
}

/** Some RequestAuthentication here may be for the pods of the gateway. */
function isVerified({ selector }: WrittenGateway, world: World): boolean {
  return world.ofKind('security.istio.io', 'RequestAuthentication').some((object) => {
    const labels = labelsOf(down(object, 'spec', 'selector', 'matchLabels'));
    // Pods of a gateway have more labels than its selector asks for.
    return Object.entries(labels).every(([key, value]) => (selector[key] ?? value) === value);
  });
}

function reportOf(
  object: Cursor,
  claim: { readonly name: string; readonly at: Cursor },
  gateway: WrittenGateway,
): Report {
  const place = locate(gateway.object);
  return {
    target: targetOf(object),
    at: locate(claim.at),
    also: [place],
    message: `${claim.name} is asked for at ${targetOf(gateway.object)} (${cite(place)}), and no RequestAuthentication here is for its pods: unless one is elsewhere, no request has the claim.`,
    fix: 'Add a RequestAuthentication with the selector of the gateway.',
  };
}

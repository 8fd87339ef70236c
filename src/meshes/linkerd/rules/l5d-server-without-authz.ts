import { locate, targetOf } from '../../../manifests/cursor.js';
import { registryOf } from '../../../flow/registry.js';
import type { Rule } from '../../../rules/rule.js';
import { mayBeSame } from '../../world.js';
import {
  authorizationsIn,
  authorizationsOf,
  serversIn,
  wideAuthorizations,
} from '../written/inbound.js';
import { linkerdWorld } from '../written/annotated.js';
import { POLICY } from '../written/members.js';
import { routesOf } from '../written/routes.js';

export const l5dServerWithoutAuthz: Rule = {
  code: 'L5D_SERVER_WITHOUT_AUTHZ',
  severity: 'error',
  layer: 'mesh',
  title: 'A Server lets no caller in.',
  reads: ['mesh/objects'],
  why: 'The accessPolicy of a Server is deny where none is written: as soon as it is there, every request to its port that no AuthorizationPolicy allows is 403, TCP is refused (schema of Server v1beta3; measured).',
  fix: 'An AuthorizationPolicy for the Server, or an accessPolicy.',
  check: (composition) => {
    const world = linkerdWorld(composition);
    if (world === undefined) return [];
    const { isWhole } = registryOf(composition.all);
    return serversIn(world).flatMap((server) => {
      const { name, namespace } = server.object.object;
      if (server.accessPolicy !== 'deny' || wideAuthorizations(server, world).length > 0) return [];
      const routes = routesOf({ kind: 'Server', name, namespace }, world);
      const isOnRoute = routes.some(
        ({ object, kind }) =>
          authorizationsOf({ kind, name: object.object.name, namespace }, world).length > 0,
      );
      if (isOnRoute) return [];
      // Where other policies of the namespace are, this one would be too.
      const isKept =
        authorizationsIn(world).some((one) => mayBeSame(one.namespace, namespace)) ||
        world.ofKind(POLICY, 'ServerAuthorization').length > 0;
      const isSure = isKept || isWhole(namespace || undefined);
      return [
        {
          target: targetOf(server.object),
          at: locate(server.object),
          severity: isSure ? ('error' as const) : ('info' as const),
          message: `${targetOf(server.object)} denies by default, and no AuthorizationPolicy here is for it, its routes or its namespace: every caller gets 403.`,
          fix: `An AuthorizationPolicy with targetRef Server ${name}, or accessPolicy: audit while callers are found.`,
        },
      ];
    });
  },
};

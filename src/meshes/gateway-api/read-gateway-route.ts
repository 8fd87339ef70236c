import type { World } from '../../manifests/kind.js';
import type { GatewayRouteControl } from '../../model/mesh-control.js';
import { controllersOf } from './controllers.js';
import {
  down,
  duration,
  exists,
  itemsOf,
  locate,
  namespaceOf,
  optional,
  targetOf,
  type Cursor,
} from '../../manifests/cursor.js';

/** An HTTPRoute or GRPCRoute: one control a rule. */
export function readGatewayRoute(object: Cursor, world: World): GatewayRouteControl[] {
  const controllers = controllersOf(object, world);
  return itemsOf(down(object, 'spec', 'rules')).map((rule) => {
    const timeouts = down(rule, 'timeouts');
    const resilience = ['retry', 'timeouts'].map((key) => down(rule, key)).find(exists);
    return {
      layer: 'mesh',
      kind: 'gatewayRoute',
      target: targetOf(object),
      namespace: namespaceOf(object),
      place: locate(rule),
      values: {
        objectKind: object.object.kind,
        controllers,
        retry: optional(down(rule, 'retry'), (at) => ({
          value: null,
          basis: 'written' as const,
          place: locate(at),
        })),
        request: optional(down(timeouts, 'request'), (at) => duration(at, 0)),
        backendRequest: optional(down(timeouts, 'backendRequest'), (at) => duration(at, 0)),
        resilience:
          resilience === undefined
            ? undefined
            : { value: String(resilience.at.at(-1)), basis: 'written', place: locate(resilience) },
      },
    };
  });
}

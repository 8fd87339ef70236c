import { down, exists, itemsOf, text, type Cursor } from '../../manifests/cursor.js';
import { perWorld, type World } from '../../manifests/kind.js';
import { mayBeSame } from '../world.js';

const GROUP = 'gateway.networking.k8s.io';

/**
 * Who acts on a route: for each Gateway that is its parent the controller of its class, or the name of the class
 * where that is not among the manifests. Empty for a Gateway that is not here.
 */
export function controllersOf(route: Cursor, world: World): readonly string[] {
  return itemsOf(down(route, 'spec', 'parentRefs'))
    .filter((parent) => text(down(parent, 'kind'), 'Gateway').value === 'Gateway')
    .map((parent) => {
      const namespace = text(down(parent, 'namespace'), route.object.namespace).value;
      const [gateway] = (gatewaysIn(world).get(text(down(parent, 'name')).value) ?? []).filter(
        ({ object }) => mayBeSame(object.namespace, namespace),
      );
      if (gateway === undefined) return '';
      const name = text(down(gateway, 'spec', 'gatewayClassName')).value;
      return classesIn(world).get(name) ?? name;
    });
}

const gatewaysIn = perWorld(({ ofKind }) => {
  const found = new Map<string, Cursor[]>();
  for (const gateway of ofKind(GROUP, 'Gateway')) {
    const { name } = gateway.object;
    found.set(name, [...(found.get(name) ?? []), gateway]);
  }
  return found;
});

/** Names of classes to their controllers. */
const classesIn = perWorld(
  ({ ofKind }) =>
    new Map(
      ofKind(GROUP, 'GatewayClass').flatMap((one) => {
        const controller = down(one, 'spec', 'controllerName');
        return exists(controller) ? [[one.object.name, text(controller).value] as const] : [];
      }),
    ),
);

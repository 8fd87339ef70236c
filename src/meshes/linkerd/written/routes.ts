import { down, exists, itemsOf, number, text, type Cursor } from '../../../manifests/cursor.js';
import { perWorld, type World } from '../../../manifests/kind.js';
import { mayBeSame } from '../../world.js';
import { POLICY } from './members.js';

export const GATEWAY = 'gateway.networking.k8s.io';

/** A parent that a route names. */
export type RouteParent = {
  readonly kind: 'Service' | 'Server' | 'EgressNetwork';
  readonly at: Cursor;
  readonly name: string;
  /** Empty when it is not known. */
  readonly namespace: string;
  /** Undefined means every port. */
  readonly port: number | undefined;
};

/** A route for one parent. */
export type WrittenRoute = {
  readonly object: Cursor;
  readonly kind: 'HTTPRoute' | 'GRPCRoute';
  readonly parent: RouteParent;
};

const KINDS = [
  [GATEWAY, 'HTTPRoute'],
  [GATEWAY, 'GRPCRoute'],
  [POLICY, 'HTTPRoute'],
] as const;

/** Routes whose parents Linkerd knows, one for each parent. */
export const routesIn = perWorld<readonly WrittenRoute[]>(({ ofKind }) =>
  KINDS.flatMap(([group, kind]) =>
    ofKind(group, kind).flatMap((object) =>
      itemsOf(down(object, 'spec', 'parentRefs')).flatMap((at) => {
        const parent = readParent(at, object);
        return parent === undefined ? [] : [{ object, kind, parent }];
      }),
    ),
  ),
);

function readParent(at: Cursor, object: Cursor): RouteParent | undefined {
  const group = text(down(at, 'group'), GATEWAY).value;
  const kind = text(down(at, 'kind'), 'Gateway').value;
  const isCore = (group === '' || group === 'core') && kind === 'Service';
  const isPolicy = group === POLICY && (kind === 'Server' || kind === 'EgressNetwork');
  if (!isCore && !isPolicy) return undefined;
  return {
    kind: kind,
    at,
    name: text(down(at, 'name')).value,
    namespace: text(down(at, 'namespace')).value || object.object.namespace,
    port: exists(down(at, 'port')) ? number(down(at, 'port'), 0).value : undefined,
  };
}

const byParent = perWorld((world) => {
  const found = new Map<string, WrittenRoute[]>();
  for (const route of routesIn(world)) {
    const key = `${route.parent.kind} ${route.parent.name}`;
    const known = found.get(key);
    if (known === undefined) found.set(key, [route]);
    else known.push(route);
  }
  return found;
});

/** Routes whose parent is, or may be, an object. */
export function routesOf(
  { kind, name, namespace }: Pick<RouteParent, 'kind' | 'name' | 'namespace'>,
  world: World,
): readonly WrittenRoute[] {
  return (byParent(world).get(`${kind} ${name}`) ?? []).filter(({ parent }) =>
    mayBeSame(parent.namespace, namespace),
  );
}

export function rulesOf({ object }: Pick<WrittenRoute, 'object'>): readonly Cursor[] {
  return itemsOf(down(object, 'spec', 'rules'));
}

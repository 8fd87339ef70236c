import { down, entriesOf, targetOf, type Cursor } from '../../../manifests/cursor.js';
import { perWorld, type World } from '../../../manifests/kind.js';
import type { Composition } from '../../../flow/composition.js';
import { worldOf } from '../../world.js';
import { readCallAnnotations, type CallAnnotations } from '../read/annotations.js';
import { isInWorld, TRAFFIC } from './members.js';
import { routesIn, routesOf, type WrittenRoute } from './routes.js';

/** A Service, or a route for one, that says something of calls. */
export type Annotated = {
  readonly object: Cursor;
  /** `Kind/name` */
  readonly target: string;
  readonly kind: 'Service' | WrittenRoute['kind'];
  readonly read: CallAnnotations;
};

/** Everything that has annotations about calls, each object once. */
export const annotatedIn = perWorld<readonly Annotated[]>((world) => [
  ...world
    .ofKind('', 'Service')
    .filter(isAnnotated)
    .map((object) => annotated(object, 'Service')),
  ...routesTo('Service', world)
    .filter(({ object }) => isAnnotated(object))
    .map(({ object, kind }) => annotated(object, kind)),
]);

function annotated(object: Cursor, kind: Annotated['kind']): Annotated {
  return { object, target: targetOf(object), kind, read: readCallAnnotations(object) };
}

function isAnnotated(object: Cursor): boolean {
  return entriesOf(down(object, 'metadata', 'annotations')).some(([key]) => TRAFFIC.test(key));
}

/** Routes that have a parent of a kind, each once. */
export function routesTo(
  kind: WrittenRoute['parent']['kind'],
  world: World,
): readonly WrittenRoute[] {
  const found = routesIn(world).filter(({ parent }) => parent.kind === kind);
  return [...new Map(found.map((route) => [route.object.node, route])).values()];
}

/** Routes of a Service that Linkerd may send. */
export function routesOfService(service: Cursor, world: World): readonly WrittenRoute[] {
  const { name, namespace } = service.object;
  return routesOf({ kind: 'Service', name, namespace }, world);
}

/** What is written, where it is for Linkerd; undefined where it is not, or for another mesh too. */
export function linkerdWorld({ all, meshes }: Composition): World | undefined {
  const world = worldOf({ all });
  const own = all('app/meshIdentity')[0]?.values.mesh ?? '';
  if (own !== '') return own === 'linkerd' ? world : undefined;
  return isInWorld(world) && !meshes.isLeftOut('linkerd') ? world : undefined;
}

/** True where the manifests are for Istio as well, which reads the same routes. */
export function isSharedWithIstio({ all, meshes }: Composition): boolean {
  const own = all('app/meshIdentity')[0]?.values.mesh ?? '';
  return own === '' && !meshes.isLeftOut('istio');
}

/** The calls that Linkerd acts on. */
export function linkerdFlows({ flows }: Composition): Composition['flows'] {
  return flows.filter(({ mesh }) => mesh.id === 'linkerd');
}

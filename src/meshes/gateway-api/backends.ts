import { down, itemsOf, number, text, type Cursor } from '../../manifests/cursor.js';
import { exists } from '../../manifests/cursor.js';
import { perWorld, type World } from '../../manifests/kind.js';
import { mayBeSame } from '../world.js';

export const GROUP = 'gateway.networking.k8s.io';
const KINDS = ['HTTPRoute', 'GRPCRoute', 'TLSRoute', 'TCPRoute'];

/** A Service that a route sends requests, or copies of them, to. */
export type WrittenBackend = {
  readonly object: Cursor;
  readonly at: Cursor;
  readonly name: string;
  /** Empty when it is not known. */
  readonly namespace: string;
  /** Undefined when it does not say. */
  readonly port: number | undefined;
};

/** Backends of all routes that are Services. */
export const backendsOf = perWorld<readonly WrittenBackend[]>(({ ofKind }) =>
  KINDS.flatMap((kind) =>
    ofKind(GROUP, kind).flatMap((object) =>
      itemsOf(down(object, 'spec', 'rules')).flatMap((rule) =>
        [
          ...itemsOf(down(rule, 'backendRefs')),
          ...itemsOf(down(rule, 'filters')).map((filter) =>
            down(filter, 'requestMirror', 'backendRef'),
          ),
        ]
          .filter((at) => exists(at) && isService(at))
          .map((at) => read(at, object)),
      ),
    ),
  ),
);

/** A mesh's route: whom it sends to needs no ReferenceGrant, as no Gateway lends it its rights (measured; conversion.go). */
export function isOfMesh(object: Cursor): boolean {
  const parents = itemsOf(down(object, 'spec', 'parentRefs'));
  return (
    parents.length > 0 &&
    parents.every((parent) =>
      ['Service', 'ServiceEntry', 'EgressNetwork', 'Server'].includes(
        text(down(parent, 'kind')).value,
      ),
    )
  );
}

function isService(at: Cursor): boolean {
  return (
    text(down(at, 'group')).value === '' && text(down(at, 'kind'), 'Service').value === 'Service'
  );
}

function read(at: Cursor, object: Cursor): WrittenBackend {
  const port = number(down(at, 'port'), 0).value;
  return {
    object,
    at,
    name: text(down(at, 'name')).value,
    namespace: text(down(at, 'namespace'), object.object.namespace).value,
    port: port === 0 ? undefined : port,
  };
}

const byName = perWorld(({ ofKind }) => {
  const found = new Map<string, Cursor[]>();
  for (const service of ofKind('', 'Service')) {
    const { name } = service.object;
    found.set(name, [...(found.get(name) ?? []), service]);
  }
  return found;
});

/** Services that a backend may mean; several where a namespace is not known. */
export function servicesOf({ name, namespace }: WrittenBackend, world: World): readonly Cursor[] {
  return (byName(world).get(name) ?? []).filter(({ object }) =>
    mayBeSame(object.namespace, namespace),
  );
}

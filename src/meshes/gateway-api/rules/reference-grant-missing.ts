import { down, itemsOf, locate, targetOf, text, type Cursor } from '../../../manifests/cursor.js';
import { perWorld } from '../../../manifests/kind.js';
import { cite, type Rule } from '../../../rules/rule.js';
import { worldOf } from '../../world.js';
import { backendsOf, GROUP, isOfMesh, servicesOf } from '../backends.js';

export const referenceGrantMissing: Rule = {
  code: 'REFERENCE_GRANT_MISSING',
  severity: 'error',
  layer: 'mesh',
  title: 'A route sends to a Service of another namespace that does not let it.',
  reads: ['mesh/objects'],
  why: "A backendRef into another namespace holds only where a ReferenceGrant of that namespace names the route's kind and namespace; without it the rule answers 500 (ReferenceGrant; condition ResolvedRefs, RefNotPermitted).",
  fix: 'A ReferenceGrant beside the Service.',
  check: (composition) => {
    const world = worldOf(composition);
    return backendsOf(world).flatMap((backend) => {
      const { object, at, name, namespace } = backend;
      const own = object.object.namespace;
      if (isOfMesh(object) || own === '' || namespace === '' || own === namespace) return [];
      const [service] = servicesOf(backend, world);
      const grants = grantsOf(world).get(`${own} ${object.object.kind}`) ?? [];
      const isGranted = grants.some((grant) => permits(grant, namespace, name));
      // The grant is beside the Service, wherever that is.
      if (service?.object.namespace !== namespace || isGranted) return [];
      const place = locate(service);
      return [
        {
          target: targetOf(object),
          at: locate(down(at, 'namespace')),
          also: [place],
          message: `No ReferenceGrant of ${namespace} lets a ${object.object.kind} of ${own} send to Service ${name} (${cite(place)}): requests of the rule get 500.`,
          fix: `Add a ReferenceGrant to ${namespace}: from ${object.object.kind} of ${own}, to Service ${name}.`,
        },
      ];
    });
  },
};

/** Grants by the namespace and kind that they are for. */
const grantsOf = perWorld(({ ofKind }) => {
  const found = new Map<string, Cursor[]>();
  for (const grant of ofKind(GROUP, 'ReferenceGrant')) {
    for (const from of itemsOf(down(grant, 'spec', 'from'))) {
      const key = `${text(down(from, 'namespace')).value} ${text(down(from, 'kind')).value}`;
      found.set(key, [...(found.get(key) ?? []), grant]);
    }
  }
  return found;
});

function permits(grant: Cursor, namespace: string, name: string): boolean {
  const { namespace: own } = grant.object;
  return (
    (own === '' || own === namespace) &&
    itemsOf(down(grant, 'spec', 'to')).some(
      (to) =>
        text(down(to, 'kind')).value === 'Service' &&
        [name, ''].includes(text(down(to, 'name')).value),
    )
  );
}

import { registryOf } from '../../../flow/registry.js';
import { isUnresolved } from '../../../flow/selection.js';
import { down, itemsOf, locate, targetOf, text, type Cursor } from '../../../manifests/cursor.js';
import { perWorld, type World } from '../../../manifests/kind.js';
import { isSlip } from '../../../model/suggest.js';
import type { Rule } from '../../../rules/rule.js';
import { namesOfCanary } from '../../kubernetes/made-services.js';
import { worldOf } from '../../world.js';
import { backendsOf, servicesOf } from '../backends.js';

export const backendUnknown: Rule = {
  code: 'BACKEND_UNKNOWN',
  severity: 'error',
  layer: 'mesh',
  title: 'A Gateway API route sends to a Service that is not there.',
  reads: ['mesh/objects'],
  why: 'A rule whose backend cannot be resolved answers 500 (HTTPRoute, backendRefs; condition ResolvedRefs, BackendNotFound; KIA1402). An error only where the manifests surely hold the whole namespace, a warning where another Service differs by a slip, and silence where no Service of the namespace is here.',
  fix: 'The name of a Service, with its namespace where that is another one.',
  check: (composition) => {
    const world = worldOf(composition);
    const registry = registryOf(composition.all);
    return backendsOf(world).flatMap((backend) => {
      const { object, at, name, namespace } = backend;
      // Routes of the mesh are judged with the mesh's other routes.
      if (isOfMesh(object) || name === '' || isUnresolved(name) || isUnresolved(namespace))
        return [];
      if (servicesOf(backend, world).length > 0 || isMade(world, name)) return [];
      const beside = namesIn(world).get(namespace) ?? [];
      const isSure = namespace !== '' && registry.isWhole(namespace);
      if (!isSure && (namespace === '' || beside.length === 0)) return [];
      const meant = beside.find((other) => isSlip(name, other) && !/\d/.test(name));
      const severity = isSure ? 'error' : meant === undefined ? 'info' : 'warning';
      return [
        {
          target: targetOf(object),
          at: locate(down(at, 'name')),
          severity,
          message: `No Service of ${namespace} ${isSure ? '' : 'here '}is called ${name}${meant === undefined ? '' : `; there is ${meant}`}: ${severity === 'info' ? 'unless it is elsewhere, ' : ''}requests of the rule get 500.`,
          fix: meant === undefined ? 'The name of a Service that is there.' : `name: ${meant}`,
        },
      ];
    });
  },
};

function isOfMesh(route: Cursor): boolean {
  return itemsOf(down(route, 'spec', 'parentRefs')).some((parent) =>
    ['Service', 'ServiceEntry'].includes(text(down(parent, 'kind')).value),
  );
}

const namesIn = perWorld(({ ofKind }) => {
  const found = new Map<string, string[]>();
  for (const { object } of ofKind('', 'Service')) {
    const known = found.get(object.namespace);
    if (known === undefined) found.set(object.namespace, [object.name]);
    else known.push(object.name);
  }
  return found;
});

/** Knative and KServe make Services of their own objects, with these names or longer ones. */
function isMade(world: World, name: string): boolean {
  return madeIn(world).some((made) => name === made || name.startsWith(`${made}-`));
}

const madeIn = perWorld(({ ofKind }) => [
  ...ofKind('flagger.app', 'Canary').flatMap(namesOfCanary),
  ...ofKind('serving.knative.dev', 'Service').map(({ object }) => object.name),
  ...ofKind('serving.kserve.io', 'InferenceService').map(({ object }) => object.name),
]);

import { isUnresolved } from '../../../flow/selection.js';
import { down, itemsOf, locate, targetOf, text, type Cursor } from '../../../manifests/cursor.js';
import { perWorld, type World } from '../../../manifests/kind.js';
import type { Report, Rule } from '../../../rules/rule.js';
import { worldOf } from '../../world.js';
import { GROUP } from '../backends.js';

const KINDS = ['HTTPRoute', 'GRPCRoute', 'TLSRoute', 'TCPRoute'];

export const parentUnknown: Rule = {
  code: 'PARENT_UNKNOWN',
  severity: 'warning',
  layer: 'mesh',
  title: 'A Gateway API route is for a Gateway that is not among those here.',
  reads: ['mesh/objects'],
  why: "A route whose parent does not exist is attached to nothing: no request takes it, and its status stays empty (GEP-709; KIA1401). A parentRef without a namespace means one of the route's own. It is said only where other Gateways of that namespace are here.",
  fix: 'The name of the Gateway, with its namespace.',
  check: (composition) => {
    const world = worldOf(composition);
    return KINDS.flatMap((kind) =>
      world
        .ofKind(GROUP, kind)
        .flatMap((route) =>
          itemsOf(down(route, 'spec', 'parentRefs')).flatMap((parent) =>
            checkParent(route, parent, world),
          ),
        ),
    );
  },
};

function checkParent(route: Cursor, parent: Cursor, world: World): Report[] {
  const name = text(down(parent, 'name'));
  const namespace = text(down(parent, 'namespace'), route.object.namespace).value;
  const isGateway =
    text(down(parent, 'kind'), 'Gateway').value === 'Gateway' &&
    text(down(parent, 'group'), GROUP).value === GROUP;
  if (!isGateway || namespace === '' || isUnresolved(name.value) || isUnresolved(namespace))
    return [];
  const gateways = gatewaysIn(world);
  const beside = gateways.get(namespace) ?? [];
  const isKnown = [...beside, ...(gateways.get('') ?? [])].includes(name.value);
  if (beside.length === 0 || isKnown) return [];
  return [
    {
      target: targetOf(route),
      at: locate(down(parent, 'name')),
      message: `Gateway ${name.value} is not among the Gateways of ${namespace} here (${beside.join(', ')}): unless it is elsewhere, the route is attached to nothing.`,
      fix: `name: ${beside[0] ?? ''}`,
    },
  ];
}

/** Names of Gateways by namespace; those without one may be in any. */
const gatewaysIn = perWorld(({ ofKind }) => {
  const found = new Map<string, string[]>();
  for (const { object } of ofKind(GROUP, 'Gateway')) {
    const known = found.get(object.namespace);
    if (known === undefined) found.set(object.namespace, [object.name]);
    else known.push(object.name);
  }
  return found;
});

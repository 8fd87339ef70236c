import { down, exists, locate, targetOf, text, type Cursor } from '../../../manifests/cursor.js';
import { cite, type Report, type Rule } from '../../../rules/rule.js';
import { mayBeSame } from '../../world.js';
import { isUnresolved } from '../../../flow/selection.js';
import { hostsOf, nameOfRoute, routesOf, virtualServicesOf } from '../written/virtual-services.js';

export const delegateUnknown: Rule = {
  code: 'DELEGATE_UNKNOWN',
  severity: 'error',
  layer: 'mesh',
  title:
    'A route is delegated to a VirtualService that is not there, or that cannot be delegated to.',
  reads: ['mesh/objects'],
  why: 'A delegate is found by name and namespace, must have no hosts and no gateways, and must not delegate again: otherwise its routes are left out, and requests get 404 (virtual_service.proto, Delegate; mergeVirtualServicesIfNeeded).',
  fix: 'A VirtualService without hosts, by its name and namespace.',
  check: (composition) => {
    const objects = virtualServicesOf(composition);
    const byName = new Map<string, Cursor[]>();
    for (const object of objects) {
      const { name } = object.object;
      byName.set(name, [...(byName.get(name) ?? []), object]);
    }
    const namespaces = new Set(objects.map(({ object }) => object.namespace));
    return objects.flatMap((object) =>
      routesOf(object).flatMap((route) => {
        const at = down(route.at, 'delegate');
        const name = text(down(at, 'name'));
        const namespace = text(down(at, 'namespace'), object.object.namespace).value;
        if (!exists(at) || name.value === '' || isUnresolved(name.value)) return [];
        const found = (byName.get(name.value) ?? []).filter((one) =>
          mayBeSame(one.object.namespace, namespace),
        );
        const base = { target: targetOf(object), at: name.place };
        const what = `${nameOfRoute(route)} delegates to ${namespace === '' ? '' : `${namespace}/`}${name.value}`;
        if (found.length > 0) return checkDelegate(found, base, what);
        // Delegates of a namespace that is not here are in its own repository.
        if (!namespaces.has(namespace)) return [];
        return [
          {
            ...base,
            ...(namespace === '' && { severity: 'info' as const }),
            message: `${what}, which is not among the VirtualServices here: what it matches is 404.`,
            fix: 'Name a VirtualService that is there, with its namespace.',
          },
        ];
      }),
    );
  },
};

function checkDelegate(
  found: readonly Cursor[],
  base: Pick<Report, 'target' | 'at'>,
  what: string,
): Report[] {
  const [delegate, ...others] = found;
  if (delegate === undefined || others.length > 0) return [];
  const place = locate(delegate);
  const delegates = routesOf(delegate).some(({ at }) => exists(down(at, 'delegate')));
  const reason =
    hostsOf(delegate).length > 0 ? 'has hosts' : delegates ? 'delegates again' : undefined;
  if (reason === undefined) return [];
  return [
    {
      ...base,
      also: [place],
      message: `${what}, which ${reason} (${cite(place)}): its routes are left out here, and what they match is 404.`,
      fix: reason === 'has hosts' ? `Take hosts and gateways out of it.` : 'Delegate once only.',
    },
  ];
}

import { down, locate, targetOf, type Cursor } from '../../../manifests/cursor.js';
import { cite, type Rule } from '../../../rules/rule.js';
import { inCluster } from '../written/registry.js';
import { hostsOf, isInMesh, scopesOf, virtualServicesOf } from '../written/virtual-services.js';

export const vsHostHidden: Rule = {
  code: 'VS_HOST_HIDDEN',
  severity: 'info',
  layer: 'mesh',
  title: 'A VirtualService for some namespaces hides a public one for the same host.',
  reads: ['mesh/objects'],
  why: 'Of several VirtualServices for a host a sidecar uses one, a private one before one for its namespace before a public one, and merges none: the routes of the public one do not act in these namespaces (push_context.go, VirtualServicesForGateway; IST0109). Of Services VS_SHADOWS_PROVIDER speaks.',
  fix: 'One VirtualService for the host, or another host.',
  check: (composition) => {
    const objects = virtualServicesOf(composition).filter(isInMesh);
    const open = new Map<string, Cursor>();
    for (const object of objects) {
      if (!scopesOf(object).includes('*')) continue;
      for (const host of hostsOf(object)) if (!open.has(host)) open.set(host, object);
    }
    return objects
      .filter((object) => !scopesOf(object).includes('*'))
      .flatMap((object) =>
        hostsOf(object).flatMap((host) => {
          const other = patternsOf(host)
            .map((pattern) => open.get(pattern))
            .find((one) => one !== undefined);
          if (inCluster(host, '') !== undefined || other === undefined) return [];
          const place = locate(other);
          return [
            {
              target: targetOf(object),
              at: locate(down(object, 'spec', 'hosts')),
              also: [place],
              message: `In ${scopesOf(object).join(', ')} this VirtualService takes ${host}, and ${targetOf(other)} of ${other.object.namespace || 'another namespace'} (${cite(place)}) does not act there.`,
              fix: 'Join the two, unless that is what is meant.',
            },
          ];
        }),
      );
  },
};

/** `a.b.c`, `*.b.c`, `*.c` */
function patternsOf(host: string): string[] {
  const labels = host.split('.');
  return [host, ...labels.slice(1).map((_, index) => `*.${labels.slice(index + 1).join('.')}`)];
}

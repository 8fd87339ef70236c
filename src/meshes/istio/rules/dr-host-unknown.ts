import { down, targetOf, text } from '../../../manifests/cursor.js';
import type { Rule } from '../../../rules/rule.js';
import { worldOf } from '../../world.js';
import { isUnresolved } from '../../../flow/selection.js';
import { findHost, inCluster, isMade } from '../written/registry.js';

export const drHostUnknown: Rule = {
  code: 'DR_HOST_UNKNOWN',
  severity: 'info',
  layer: 'mesh',
  title: 'A DestinationRule is for a host that no Service here has.',
  reads: ['mesh/objects'],
  why: 'A DestinationRule acts on the clusters of its host: for one that does not exist it does nothing, and says nothing either (IST0174, KIA0202). Whether the Service is in another repository, manifests do not tell.',
  fix: 'The full name of a Service: <name>.<namespace>.svc.cluster.local.',
  check: (composition) => {
    const world = worldOf(composition);
    const rules = world.ofKind('networking.istio.io', 'DestinationRule');
    // A call that is declared is to a service that is elsewhere.
    const called = new Set(composition.all('app/call').map(({ values }) => values.host));
    const services = new Set(world.ofKind('', 'Service').map(({ object }) => object.namespace));
    return rules.flatMap((object) => {
      const host = text(down(object, 'spec', 'host'));
      const from = object.object.namespace;
      const inside = inCluster(host.value, from);
      if (inside === undefined || host.value === '' || /^\*/.test(host.value)) return [];
      if (isUnresolved(host.value) || isMade(world, host.value, from)) return [];
      if (called.has(host.value) || findHost(world, host.value, from).length > 0) return [];
      // A folder without Services says nothing of them; one with some of another namespace neither.
      const isPartOfInstallation = inside.namespace === 'istio-system';
      if (isPartOfInstallation || !services.has(inside.namespace)) return [];
      return [
        {
          target: targetOf(object),
          at: host.place,
          message: `No Service here is called ${host.value}: unless it is elsewhere, this DestinationRule acts on nothing.`,
          fix: 'Name a Service by <name>.<namespace>.svc.cluster.local.',
        },
      ];
    });
  },
};

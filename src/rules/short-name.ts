import { namespaceOfHost } from './lookup.js';
import { setValue, type Rule } from './rule.js';

export const shortName: Rule = {
  code: 'SHORT_NAME',
  severity: 'error',
  layer: 'mesh',
  title:
    'A short host name means a service in the namespace of the object, not in the one that is meant.',
  reads: ['mesh/route'],
  why: 'Istio completes a host without a dot by the namespace of the VirtualService or DestinationRule that names it, whatever the other hosts are (virtual_service.proto, Destination.host).',
  fix: 'The full name: <name>.<namespace>.svc.cluster.local.',
  check: ({ all }) =>
    all('mesh/route').flatMap(({ target, namespace, values }) =>
      values.destinations.flatMap(({ host, written }) => {
        if (written === '' || written.includes('.')) return [];
        const services = all('mesh/service').filter(
          ({ target: name }) => name === `Service/${written}`,
        );
        const isHere = services.some((service) => service.namespace === namespace);
        const elsewhere =
          services.find((service) => service.namespace !== namespace)?.values.host ??
          values.hosts.find(
            (other) => other.startsWith(`${written}.`) && namespaceOfHost(other) !== namespace,
          );
        if (isHere || elsewhere === undefined) return [];
        return [
          {
            target,
            at: host.place,
            message: `"${written}" means ${host.value} here, and the service is ${elsewhere}.`,
            fix: `host: ${elsewhere}`,
            edits: setValue(host, elsewhere),
          },
        ];
      }),
    ),
};

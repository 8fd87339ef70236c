import { down, itemsOf, locate, number, targetOf } from '../../../manifests/cursor.js';
import { cite, type Rule } from '../../../rules/rule.js';
import { worldOf } from '../../world.js';
import { backendsOf, servicesOf } from '../backends.js';

export const backendPortUnknown: Rule = {
  code: 'BACKEND_PORT_UNKNOWN',
  severity: 'error',
  layer: 'mesh',
  title: 'A Gateway API route sends to a port that the Service does not have.',
  reads: ['mesh/objects'],
  why: "The port of a backendRef is the Service's, not the container's, and must be there for a Service: a rule whose backend cannot be resolved answers 500 (HTTPRoute, backendRefs; condition ResolvedRefs).",
  fix: 'A port of the Service, the number under ports[].port.',
  check: (composition) => {
    const world = worldOf(composition);
    return backendsOf(world).flatMap((backend) => {
      const { object, at, name, port } = backend;
      const services = servicesOf(backend, world);
      const [service] = services;
      const portsOf = (one: typeof at) =>
        itemsOf(down(one, 'spec', 'ports')).map((item) => number(down(item, 'port'), 0).value);
      if (
        service === undefined ||
        services.some((one) => port !== undefined && portsOf(one).includes(port))
      )
        return [];
      const place = locate(service);
      const ports = portsOf(service);
      const said = port === undefined ? 'names no port' : `names port ${port}`;
      return [
        {
          target: targetOf(object),
          at: locate(down(at, 'port')),
          also: [place],
          message: `The backend ${name} ${said}, and the Service has ${ports.join(', ') || 'none'} (${cite(place)}): requests of the rule get 500.`,
          fix: `port: ${ports[0] ?? 80}`,
        },
      ];
    });
  },
};

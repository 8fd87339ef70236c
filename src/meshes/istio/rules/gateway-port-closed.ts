import {
  down,
  itemsOf,
  locate,
  number,
  targetOf,
  text,
  type Cursor,
} from '../../../manifests/cursor.js';
import { perWorld, type World } from '../../../manifests/kind.js';
import { isUnresolved } from '../../../flow/selection.js';
import { cite, type Report, type Rule } from '../../../rules/rule.js';
import { selectPods, type WrittenPods } from '../../kubernetes/written/pods.js';
import { mayBeSame, worldOf } from '../../world.js';
import { gatewaysOf, type WrittenGateway, type WrittenServer } from '../written/gateways.js';

export const gatewayPortClosed: Rule = {
  code: 'GATEWAY_PORT_CLOSED',
  severity: 'warning',
  layer: 'mesh',
  title: 'A Gateway listens at a port that its Service does not have.',
  reads: ['mesh/objects'],
  why: "A server's port is opened in the gateway's pods; from outside it is reached through their Service, by a port whose number or targetPort it is (IST0162). The Service of Istio's own ingress gateway has 80 and 443.",
  fix: 'The port in the Service of the gateway.',
  check: (composition) => {
    const world = worldOf(composition);
    return gatewaysOf(composition).flatMap((gateway) => checkGateway(gateway, world));
  },
};

/** Ports of the Service that comes with Istio's ingress gateway, and those of the pods that they lead to. */
const INSTALLED = new Set([80, 443, 8080, 8443, 15021, 15443, 31400]);

function checkGateway(gateway: WrittenGateway, world: World): Report[] {
  const pods = selectPods(world, gateway.selector, '');
  const services = [...new Set(pods.flatMap((one) => servicesFor(one, world)))];
  const [service] = services;
  // A port that is filled in later may be any.
  if (services.some(hasUnknownPort) || pods.some(hasUnknownContainerPort)) return [];
  if (service !== undefined) {
    const open = new Set(services.flatMap((one) => portsOf(one, pods)));
    return gateway.servers
      .filter(({ port }) => port !== 0 && !open.has(port))
      .map((server) => {
        const place = locate(service);
        return reportOf(gateway, server, {
          also: [place],
          message: `Port ${server.port} is none of ${targetOf(service)} (${cite(place)}), the Service of the gateway: nothing from outside gets there.`,
        });
      });
  }
  const isInstalled = pods.length === 0 && gateway.selector['istio'] === 'ingressgateway';
  if (!isInstalled) return [];
  return gateway.servers
    .filter(({ port }) => port !== 0 && !INSTALLED.has(port))
    .map((server) =>
      reportOf(gateway, server, {
        severity: 'info',
        message: `Port ${server.port} is not among the ports of the Service that comes with istio: ingressgateway: unless it was added, nothing from outside gets there.`,
      }),
    );
}

function reportOf(
  { object }: WrittenGateway,
  { at, port }: WrittenServer,
  said: Pick<Report, 'message' | 'also' | 'severity'>,
): Report {
  return {
    target: targetOf(object),
    at: locate(down(at, 'port', 'number')),
    ...said,
    fix: `Add port ${port} to the Service of the gateway.`,
  };
}

const servicesByLabel = perWorld(({ ofKind }) => {
  const found = new Map<string, Cursor[]>();
  for (const service of ofKind('', 'Service')) {
    const [first] = selectorOf(service);
    if (first === undefined) continue;
    const label = first.join('=');
    found.set(label, [...(found.get(label) ?? []), service]);
  }
  return found;
});

function selectorOf(service: Cursor): [string, string][] {
  const selector = down(service, 'spec', 'selector');
  return selector.node?.kind === 'map'
    ? [...selector.node.entries.keys()].map((key) => [key, text(down(selector, key)).value])
    : [];
}

function servicesFor({ labels, namespace }: WrittenPods, world: World): Cursor[] {
  return Object.entries(labels)
    .flatMap(([key, value]) => servicesByLabel(world).get(`${key}=${value}`) ?? [])
    .filter(
      (service) =>
        mayBeSame(service.object.namespace, namespace) &&
        selectorOf(service).every(([key, value]) => labels[key] === value),
    );
}

/** Numbers, and the container's ports that they lead to. */
function portsOf(service: Cursor, pods: readonly WrittenPods[]): number[] {
  return itemsOf(down(service, 'spec', 'ports')).flatMap((port) => {
    const target = text(down(port, 'targetPort')).value;
    const named = pods.flatMap(({ spec }) =>
      itemsOf(down(spec, 'containers'))
        .flatMap((container) => itemsOf(down(container, 'ports')))
        .filter((one) => text(down(one, 'name')).value === target)
        .map((one) => number(down(one, 'containerPort'), 0).value),
    );
    return [number(down(port, 'port'), 0).value, Number(target) || 0, ...named];
  });
}

function hasUnknownPort(service: Cursor): boolean {
  return itemsOf(down(service, 'spec', 'ports')).some((port) =>
    ['port', 'targetPort'].some((key) => isUnresolved(text(down(port, key)).value)),
  );
}

function hasUnknownContainerPort({ spec }: WrittenPods): boolean {
  return itemsOf(down(spec, 'containers'))
    .flatMap((container) => itemsOf(down(container, 'ports')))
    .some((port) => isUnresolved(text(down(port, 'containerPort')).value));
}

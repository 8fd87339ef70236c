import type { ServiceControl, WorkloadControl } from '../../../model/workload-control.js';
import { containerPortOf } from '../../../flow/container-port.js';
import { servicesOf } from '../../../flow/pods.js';
import { addTo, type Selector } from '../../../flow/selector.js';
import { protocolOfPort } from '../../kubernetes/port-protocol.js';
import { cite, type Report, type Rule } from '../../../rules/rule.js';

export const servicesDisagree: Rule = {
  code: 'SERVICES_DISAGREE',
  severity: 'warning',
  layer: 'mesh',
  title: 'Two Services lead to one port of the same pods and say different things of it.',
  reads: ['mesh/workload', 'mesh/service'],
  why: 'A sidecar has one listener for a port of its pod and takes its protocol from one Service, the oldest: traffic of the other is read in the wrong way (IST0116, IST0137).',
  fix: 'The same appProtocol for the port in all Services of the pods.',
  check: ({ all }) =>
    all('mesh/workload').flatMap((workload) => {
      if (workload.values.isLeftOut) return [];
      const services = servicesOf(workload, all);
      if (services.length < 2) return [];
      return [...portsOf(services, all)].flatMap(([port, claims]) =>
        checkPort(workload, port, claims),
      );
    }),
};

type Claim = {
  readonly service: ServiceControl;
  readonly port: ServiceControl['values']['ports'][number];
};

function portsOf(services: readonly ServiceControl[], all: Selector): Map<number, Claim[]> {
  const claims = new Map<number, Claim[]>();
  for (const service of services) {
    for (const port of service.values.ports) {
      const containerPort = containerPortOf(service, port.number, all);
      if (containerPort !== undefined) addTo(claims, containerPort, { service, port });
    }
  }
  return claims;
}

function checkPort(
  { target, place }: WorkloadControl,
  containerPort: number,
  claims: readonly Claim[],
): Report[] {
  const [first, ...others] = claims;
  const other = others.find(
    ({ service, port }) => service !== first?.service && isOther(port, first?.port),
  );
  if (first === undefined || other === undefined) return [];
  const isSpoken = say(first.port) !== say(other.port);
  return [
    {
      target,
      at: place,
      also: [other.port.place, first.port.place],
      // Other numbers for one port are only odd.
      severity: isSpoken ? 'warning' : 'info',
      message: `${other.service.target} leads to port ${containerPort} of ${target} as ${other.port.number} (${say(other.port)}), ${first.service.target} (${cite(first.port.place)}) as ${first.port.number} (${say(first.port)})${isSpoken ? ': the sidecar reads both in one way' : ''}.`,
      fix: isSpoken
        ? 'One appProtocol for the port in both.'
        : 'One number for the port in both, or one Service.',
    },
  ];
}

function say(port: Claim['port']): string {
  return port.protocol === 'TCP' ? protocolOfPort(port) : port.protocol;
}

function isOther(port: Claim['port'], first: Claim['port'] | undefined): boolean {
  if (first === undefined) return false;
  const [a, b] = [say(port), say(first)];
  return (a !== b && a !== 'unknown' && b !== 'unknown') || port.number !== first.number;
}

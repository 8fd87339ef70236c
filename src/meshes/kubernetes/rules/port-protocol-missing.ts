import type { ServiceControl } from '../../../model/workload-control.js';
import { isOfCluster } from '../cluster-namespaces.js';
import { hasMesh, membershipOf } from '../membership.js';
import { setValue, type Report, type Rule } from '../../../rules/rule.js';

/** Names and prefixes that Istio takes for a protocol (pkg/config/kube/conversion.go). */
const PROTOCOLS = /^(?:http|http2|https|grpc|grpc-web|tcp|tls|mongo|mysql|redis|udp|hbone)(?:-|$)/;
/** Ports that Istio never sniffs: mail, MySQL, MongoDB, databases (WellKnown). */
const UNSNIFFED = new Set([25, 3306, 27017]);
/** Databases, queues and directories: taken for TCP, which they are. */
const PLAIN = new Set([
  53, 88, 389, 636, 1433, 1521, 2181, 2379, 2380, 4222, 5432, 5672, 6379, 8086, 9042, 9092, 9300,
  11211, 26257,
]);
/** TLS from the first byte on: webhooks and extensions of the API server, which is in no mesh. */
const TLS = new Set([443, 6443, 8443, 9443, 10250]);
/** The proxy's own ports. */
const OWN = new Set([15008, 15012, 15014, 15017, 15020, 15021, 15090]);

export const portProtocolMissing: Rule = {
  code: 'PORT_PROTOCOL_MISSING',
  severity: 'error',
  layer: 'mesh',
  title: 'Istio must guess what a port speaks.',
  reads: ['mesh/service'],
  why: 'appProtocol, or a port name that starts with a protocol, decides how traffic is read; otherwise the first bytes do, and a port that is taken for TCP has no retries, timeouts, JWT or traces (conversion.go; IST0118, KIA0601). What is not in the mesh, called by the API server, or TCP anyway, is left out.',
  fix: 'appProtocol: http, grpc, https or tcp on the port.',
  check: ({ all, meshes }) => {
    // Another mesh detects protocols of its own, and by no names.
    if (!hasMesh(all) || meshes.isLeftOut('istio')) return [];
    return all('mesh/service').flatMap((service) => {
      if (isLeftOut(service)) return [];
      const membership = membershipOf(service, all);
      return membership === 'no' ? [] : checkPorts(service, membership === 'yes');
    });
  },
};

/** What no sidecar reads, and what comes with Istio or is made by its controllers. */
function isLeftOut({ namespace, values: { type, labels } }: ServiceControl): boolean {
  return (
    type === 'ExternalName' ||
    isOfCluster(namespace) ||
    labels['istio'] !== undefined ||
    labels['release'] === 'istio' ||
    labels['gateway.istio.io/managed'] !== undefined
  );
}

function checkPorts({ target, values }: ServiceControl, isMember: boolean): Report[] {
  return values.ports.flatMap((port) => {
    const { name, number, appProtocol, place } = port;
    const isGrpc = /grpc/i.test(name.value);
    if (appProtocol !== undefined || isSettled(port)) return [];
    // Peers of a headless Service call each other by address, mostly in a protocol of their own.
    if (values.isHeadless && !isGrpc) return [];
    const called = name.value === '' ? 'has no name' : `is called "${name.value}"`;
    const severity = isGrpc ? 'error' : 'warning';
    return [
      {
        target,
        at: place,
        severity: isMember ? severity : 'info',
        message: `Port ${number} ${called} and has no appProtocol: Istio guesses its protocol from the first bytes.`,
        fix: `appProtocol: ${isGrpc ? 'grpc' : 'http'}${isGrpc ? '' : ', or whatever it speaks'}.`,
        edits: isGrpc
          ? setValue({ place: { ...place, at: [...(place.at ?? []), 'appProtocol'] } }, 'grpc')
          : [],
      },
    ];
  });
}

/** True when a guess cannot go wrong, or is not made. */
function isSettled({
  name,
  number,
  protocol,
  targetPort,
}: ServiceControl['values']['ports'][number]) {
  const numbers = [number, Number(targetPort.value)];
  return (
    PROTOCOLS.test(name.value) ||
    protocol !== 'TCP' ||
    /webhook|^metrics$/.test(`${name.value} ${targetPort.value}`) ||
    numbers.some((own) => [UNSNIFFED, PLAIN, TLS, OWN].some((ports) => ports.has(own)))
  );
}

import type { ServiceControl } from '../../model/workload-control.js';

/** `unknown`: the mesh finds out from the first bytes. */
export type PortProtocol = 'http' | 'tcp' | 'tls' | 'udp' | 'unknown';

const BY_NAME: Readonly<Record<string, PortProtocol>> = {
  http: 'http',
  http2: 'http',
  grpc: 'http',
  'grpc-web': 'http',
  'kubernetes.io/h2c': 'http',
  'kubernetes.io/ws': 'http',
  https: 'tls',
  tls: 'tls',
  'kubernetes.io/wss': 'tls',
  tcp: 'tcp',
  mongo: 'tcp',
  mysql: 'tcp',
  redis: 'tcp',
  udp: 'udp',
};
/** Ports that Istio takes for TCP whatever they speak (WellKnown). */
const WELL_KNOWN = new Set([25, 3306, 27017]);

/** What Istio takes a port for: appProtocol, then the name, then the number (conversion.go, ConvertProtocol). */
export function protocolOfPort({
  appProtocol,
  name,
  number,
  protocol,
}: ServiceControl['values']['ports'][number]): PortProtocol {
  if (protocol === 'UDP') return 'udp';
  if (appProtocol !== undefined) return BY_NAME[appProtocol.value.toLowerCase()] ?? 'unknown';
  const [word = ''] = name.value.toLowerCase().split('-');
  const said = name.value.startsWith('grpc-web') ? 'http' : BY_NAME[word];
  return said ?? (WELL_KNOWN.has(number) ? 'tcp' : 'unknown');
}

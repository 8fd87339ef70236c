import type { Selector } from './selector.js';
import { serviceOf } from './workloads.js';

/** How a proxy reads the traffic to a port: request by request, as bytes, or as its first bytes suggest. */
export type Carried = {
  readonly as: 'requests' | 'bytes' | 'guessed';
  /** What says so: `mongo`, `TLS`; empty where nothing does. */
  readonly word: string;
};

/** Protocols of requests, as names of ports and `appProtocol` spell them. */
const REQUESTS = /^(?:(?:kubernetes\.io\/)?(?:h2c|ws)|http|http2|grpc|grpc-web)$/;
const BYTES = /^(?:https|tls|tcp|udp|mongo|mysql|redis|(?:kubernetes\.io\/)?wss|hbone)$/;

/** What the manifests say of the traffic to a host; where its port is not known, what holds for all of its ports. */
export function carriedTo(host: string, port: number | undefined, all: Selector): Carried {
  const service = serviceOf(host, all)?.values.ports.map(
    ({ number, name, appProtocol, protocol }) => ({
      number,
      word:
        protocol === 'UDP'
          ? 'udp'
          : (appProtocol?.value ?? name.value.replace(/^(grpc-web|[^-]*).*$/, '$1')),
    }),
  );
  const entries = all('mesh/entry')
    .filter(({ values }) => values.hosts.includes(host))
    .flatMap(({ values }) =>
      values.ports.map(({ number, protocol }) => ({ number, word: protocol })),
    );
  const read = (service ?? entries)
    .filter(({ number }) => port === undefined || number === port)
    .map(({ word }) => readWord(word));
  const [first, ...others] = read;
  if (first === undefined) return { as: 'requests', word: '' };
  return others.every(({ as }) => as === first.as) ? first : { as: 'requests', word: '' };
}

function readWord(word: string): Carried {
  const lower = word.toLowerCase();
  if (REQUESTS.test(lower)) return { as: 'requests', word };
  return BYTES.test(lower) ? { as: 'bytes', word } : { as: 'guessed', word: '' };
}

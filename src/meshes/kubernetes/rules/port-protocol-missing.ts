import { setValue, type Rule } from '../../../rules/rule.js';

/** Names and prefixes that Istio takes for a protocol (pkg/config/kube/conversion.go). */
const PROTOCOLS = /^(?:http|http2|https|grpc|grpc-web|tcp|tls|mongo|mysql|redis|udp|hbone)(?:-|$)/;
/** Ports that Istio never sniffs: mail, MySQL, MongoDB, databases (WellKnown). */
const UNSNIFFED = new Set([25, 3306, 27017]);

export const portProtocolMissing: Rule = {
  code: 'PORT_PROTOCOL_MISSING',
  severity: 'error',
  layer: 'mesh',
  title: 'Istio must guess what a port speaks.',
  reads: ['mesh/service'],
  why: 'appProtocol, or a port name that starts with a protocol, decides how traffic is read; otherwise the first bytes do, and a port that is taken for TCP has no retries, timeouts, JWT or traces (conversion.go; IST0118, KIA0601).',
  fix: 'appProtocol: http, grpc, https or tcp on the port.',
  check: ({ all }) =>
    all('mesh/service').flatMap(({ target, values }) =>
      values.ports.flatMap(({ name, number, appProtocol, protocol, place }) => {
        const isNamed = PROTOCOLS.test(name.value);
        if (appProtocol !== undefined || isNamed || protocol === 'UDP' || UNSNIFFED.has(number))
          return [];
        const isGrpc = /grpc/i.test(name.value);
        const called = name.value === '' ? 'has no name' : `is called "${name.value}"`;
        return [
          {
            target,
            at: place,
            severity: isGrpc ? ('error' as const) : ('warning' as const),
            message: `Port ${number} ${called} and has no appProtocol: Istio guesses its protocol from the first bytes.`,
            fix: `appProtocol: ${isGrpc ? 'grpc' : 'http'}${isGrpc ? '' : ', or whatever it speaks'}.`,
            edits: isGrpc
              ? setValue({ place: { ...place, at: [...(place.at ?? []), 'appProtocol'] } }, 'grpc')
              : [],
          },
        ];
      }),
    ),
};

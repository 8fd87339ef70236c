import { down, itemsOf, number, locate, targetOf, text } from '../../../manifests/cursor.js';
import { hasMesh } from '../../kubernetes/membership.js';
import type { Rule } from '../../../rules/rule.js';
import { worldOf } from '../../world.js';

/** Names and prefixes that Istio takes for a protocol (pkg/config/kube/conversion.go). */
const PROTOCOL = /^(?:http|http2|https|grpc|grpc-web|tcp|tls|mongo|mysql|redis|udp)(?:-|$)/;
/** Ports that are TLS from the first byte on, wherever they are. */
const TLS = new Set([443, 8443, 9443]);

export const externalNamePort: Rule = {
  code: 'EXTERNAL_NAME_PORT',
  severity: 'info',
  layer: 'mesh',
  title: 'A TLS port of an ExternalName Service is not named for TLS.',
  reads: ['mesh/objects'],
  why: 'For an ExternalName Service whose port is TCP, or not named for a protocol, a sidecar listens on that port for every address, and takes traffic to other hosts on it too (istio.io, common problems; IST0150). A port that is named tls or https is told apart by the server name.',
  fix: 'name: tls or https.',
  check: (composition) =>
    worldOf(composition)
      .ofKind('', 'Service')
      .filter(
        (object) =>
          text(down(object, 'spec', 'type')).value === 'ExternalName' && hasMesh(composition.all),
      )
      .flatMap((object) =>
        itemsOf(down(object, 'spec', 'ports')).flatMap((port) => {
          const name = text(down(port, 'name'));
          const { value } = number(down(port, 'port'), 0);
          const asked = text(down(port, 'appProtocol')).value || name.value;
          if (!TLS.has(value) || (PROTOCOL.test(asked) && asked !== 'tcp')) return [];
          return [
            {
              target: targetOf(object),
              at: locate(port),
              message: `Port ${value} ${name.value === '' ? 'has no name' : `is called "${name.value}"`}: as TCP it takes traffic to every host at port ${value}, not to ${text(down(object, 'spec', 'externalName')).value} alone.`,
              fix: 'name: tls',
            },
          ];
        }),
      ),
};

import { meantPort } from '../effective/selected-ports.js';
import type { Rule } from '../../../rules/rule.js';

export const mtlsServicePort: Rule = {
  code: 'MTLS_SERVICE_PORT',
  severity: 'error',
  layer: 'mesh',
  title: 'portLevelMtls names a port of the Service, and the pods listen on another.',
  reads: ['mesh/mtls', 'mesh/service'],
  why: "portLevelMtls is about the workload's ports, not those of the Service that leads to them (peer_authentication.proto): for a port on which nothing listens it changes nothing.",
  fix: 'The targetPort of the Service, as a number.',
  check: ({ all }) =>
    all('mesh/mtls').flatMap(({ target, namespace, place, values }) =>
      Object.entries(values.ports).flatMap(([port, mode]) => {
        // Without a selector it is refused.
        if (values.selector === undefined) return [];
        const meant = meantPort(Number(port), { namespace, labels: values.selector }, all);
        if (meant === undefined) return [];
        return [
          {
            target,
            at: { ...place, at: [...(place.at ?? []), 'portLevelMtls', port] },
            also: [meant.service.place],
            message: `portLevelMtls ${port} is the port of ${meant.service.target}; its pods listen on ${meant.port}, which is not ${mode} by it.`,
            fix: `portLevelMtls: { ${meant.port}: { mode: ${mode} } }`,
          },
        ];
      }),
    ),
};

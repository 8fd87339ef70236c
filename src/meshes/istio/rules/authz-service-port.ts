import { meantPort } from '../effective/selected-ports.js';
import { setValue, type Rule } from '../../../rules/rule.js';

export const authzServicePort: Rule = {
  code: 'AUTHZ_SERVICE_PORT',
  severity: 'error',
  layer: 'mesh',
  title: 'An AuthorizationPolicy names a port of the Service, and the pods listen on another.',
  reads: ['mesh/authorization', 'mesh/service'],
  why: 'The sidecar of the pods decides, after the Service has been resolved: ports and destination.port are those of the containers (authorization_policy.proto, Operation.ports). A DENY of the Service port denies nothing, an ALLOW of it allows nothing.',
  fix: 'The targetPort of the Service, as a number.',
  check: ({ all }) =>
    all('mesh/authorization').flatMap(({ target, namespace, values }) => {
      if (values.hasTargetRefs) return [];
      const subject = { namespace, labels: values.selector };
      return values.rules
        .flatMap(({ ports }) => ports)
        .flatMap((named) => {
          const meant = meantPort(Number(named.value), subject, all);
          if (meant === undefined) return [];
          return [
            {
              target,
              at: named.place,
              also: [meant.service.place],
              message: `Port ${named.value} is that of ${meant.service.target}; its pods listen on ${meant.port}: nothing is ${values.action.value === 'DENY' ? 'denied' : 'allowed'} by it.`,
              fix: `ports: ["${meant.port}"]`,
              edits: setValue(named, String(meant.port)),
            },
          ];
        });
    }),
};

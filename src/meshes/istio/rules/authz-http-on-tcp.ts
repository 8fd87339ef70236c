import type { AuthorizationRule } from '../../../model/mesh-control.js';
import { protocolOfPort } from '../../kubernetes/port-protocol.js';
import { servedPorts, type ServedPort } from '../effective/selected-ports.js';
import type { Rule } from '../../../rules/rule.js';

export const authzHttpOnTcp: Rule = {
  code: 'AUTHZ_HTTP_ON_TCP',
  severity: 'error',
  layer: 'mesh',
  title: 'An AuthorizationPolicy asks for paths, methods or tokens of a port that is no HTTP.',
  reads: ['mesh/authorization', 'mesh/service'],
  why: 'A connection has no paths, methods, hosts or tokens: on a TCP port Istio leaves such a field out of a DENY rule, which then denies more, and leaves an ALLOW rule with one out whole, which then allows nothing (authz/model/model.go, checkError).',
  fix: 'appProtocol: http on the port where it speaks HTTP; otherwise rules by principals, namespaces, IP addresses and ports.',
  check: ({ all }) =>
    all('mesh/authorization').flatMap(({ target, namespace, values }) => {
      if (values.hasTargetRefs) return [];
      const served = servedPorts({ namespace, labels: values.selector }, all);
      const isDeny = values.action.value === 'DENY';
      if (!isDeny && values.action.value !== 'ALLOW') return [];
      return values.rules.flatMap((rule) => {
        const [field] = rule.httpFields;
        const [first, ...others] = portsOf(rule, served);
        if (field === undefined || first === undefined) return [];
        // What is named for HTTP ports beside these is meant for them.
        if (![first, ...others].every(isOpaque)) return [];
        return [
          {
            target,
            at: field.place,
            also: [first.port.place],
            message: `${field.value} on port ${first.port.number} of ${first.service.target}, which is ${protocolOfPort(first.port)}: ${isDeny ? 'the field is left out, and the rule denies more' : 'the rule is left out, and allows nothing'}.`,
            fix: 'appProtocol: http on that port if it speaks HTTP, or a rule by principals, namespaces and ports.',
          },
        ];
      });
    }),
};

/** The ports that a rule may be about. */
function portsOf({ ports }: AuthorizationRule, served: readonly ServedPort[]) {
  const named = new Set(ports.map(({ value }) => Number(value)));
  return served.filter(
    ({ containerPort }) =>
      named.size === 0 || (containerPort !== undefined && named.has(containerPort)),
  );
}

function isOpaque({ port }: ServedPort): boolean {
  return ['tcp', 'tls'].includes(protocolOfPort(port));
}

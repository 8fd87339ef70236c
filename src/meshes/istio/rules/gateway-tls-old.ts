import { down, targetOf, text } from '../../../manifests/cursor.js';
import { setValue, type Rule } from '../../../rules/rule.js';
import { gatewaysOf } from '../written/gateways.js';

export const gatewayTlsOld: Rule = {
  code: 'GATEWAY_TLS_OLD',
  severity: 'warning',
  layer: 'mesh',
  title: 'A Gateway accepts TLS 1.0 or 1.1.',
  reads: ['mesh/objects'],
  why: 'TLS 1.0 and 1.1 are deprecated (RFC 8996) and clients of today do not need them; without minProtocolVersion the least is TLS 1.2.',
  fix: 'minProtocolVersion TLSV1_2, or none.',
  check: (composition) =>
    gatewaysOf(composition).flatMap(({ object, servers }) =>
      servers.flatMap(({ at }) =>
        ['minProtocolVersion', 'maxProtocolVersion']
          .map((field) => ({ field, value: text(down(at, 'tls', field)) }))
          .filter(({ value }) => value.value === 'TLSV1_0' || value.value === 'TLSV1_1')
          .map(({ field, value }) => ({
            target: targetOf(object),
            at: value.place,
            message: `tls.${field} ${value.value} lets clients in that speak a version of TLS which RFC 8996 retired.`,
            fix: `${field}: ${field === 'minProtocolVersion' ? 'TLSV1_2' : 'TLSV1_3'}`,
            edits: setValue(value, field === 'minProtocolVersion' ? 'TLSV1_2' : 'TLSV1_3'),
          })),
      ),
    ),
};

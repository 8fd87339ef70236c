import { addressOf } from '../../../transports/address.js';
import { peerAuthenticationOf } from '../effective/strictness.js';
import { cite, type Rule } from '../../../rules/rule.js';
import { containerPortOf } from '../../../flow/container-port.js';
import { serviceOf, workloadsOf } from '../../../flow/workloads.js';

export const jwksUnreachable: Rule = {
  code: 'JWKS_UNREACHABLE',
  severity: 'error',
  layer: 'mesh',
  title: 'The control plane cannot fetch the keys: every token is refused.',
  reads: ['mesh/authentication'],
  why: 'istiod fetches jwksUri itself, by plain TLS or HTTP and without a mesh certificate. When it fails every token is 401 (measured; istio#53260, #37456, #39411); requests without a token are not affected.',
  fix: 'A URL that istiod reaches, a PERMISSIVE port for it, or jwks inline.',
  check: (composition) =>
    composition.all('mesh/authentication').flatMap(({ target, values }) => {
      const { jwksUri, hasInlineKeys } = values;
      if (hasInlineKeys || jwksUri.value === '') return [];
      const host = /^https?:\/\/([^/:]+)/.exec(jwksUri.value)?.[1] ?? '';
      const report = (message: string, fix: string) => [
        { target, at: jwksUri.place, message, fix },
      ];
      if (/^(?:localhost$|127\.|0\.0\.0\.0$)/.test(host)) {
        return report(
          `jwksUri ${jwksUri.value} is istiod itself, which serves no keys: every token is answered 401.`,
          'The address of the identity provider as istiod sees it.',
        );
      }
      const address = addressOf(jwksUri.value);
      if (address === undefined || address.external) return [];
      const labels = workloadsOf(address.host, composition.all)[0]?.values.labels;
      const peer = peerAuthenticationOf({ namespace: address.namespace, labels }, composition);
      const service = serviceOf(address.host, composition.all);
      // portLevelMtls takes ports of the pods.
      const port = service && containerPortOf(service, address.port, composition.all);
      const mode = peer?.values.ports[String(port ?? address.port)] ?? peer?.values.mode.value;
      if (peer === undefined || mode !== 'STRICT') return [];
      return report(
        `jwksUri ${jwksUri.value} is in the mesh, where mTLS is STRICT (${cite(peer.values.mode.place)}): istiod has no mesh certificate, and every token is answered 401.`,
        `portLevelMtls: { ${port ?? "<the pods' port>"}: { mode: PERMISSIVE } } for that service, or jwks inline.`,
      );
    }),
};

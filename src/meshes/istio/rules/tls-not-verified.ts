import {
  down,
  exists,
  flag,
  itemsOf,
  locate,
  targetOf,
  text,
  type Cursor,
} from '../../../manifests/cursor.js';
import type { Report, Rule } from '../../../rules/rule.js';
import { worldOf } from '../../world.js';

export const tlsNotVerified: Rule = {
  code: 'TLS_NOT_VERIFIED',
  severity: 'warning',
  layer: 'mesh',
  title: "The sidecar opens TLS and does not check the server's certificate as it should.",
  reads: ['mesh/objects'],
  why: 'With mode SIMPLE or MUTUAL a proxy checks against caCertificates; without them it checks against the authorities of its own image since Istio 1.20 (VERIFY_CERTIFICATE_AT_CLIENT) and not at all before, and with insecureSkipVerify never (destination_rule.proto, ClientTLSSettings; IST0128, IST0129). credentialName at a sidecar needs a workloadSelector.',
  fix: 'caCertificates and subjectAltNames, without insecureSkipVerify.',
  check: (composition) =>
    worldOf(composition)
      .ofKind('networking.istio.io', 'DestinationRule')
      .flatMap((object) => {
        const policies = [
          down(object, 'spec', 'trafficPolicy'),
          ...itemsOf(down(object, 'spec', 'subsets')).map((subset) =>
            down(subset, 'trafficPolicy'),
          ),
        ];
        return policies.flatMap((policy) => [
          ...checkTls(object, policy),
          ...itemsOf(down(policy, 'portLevelSettings')).flatMap((port) => checkTls(object, port)),
        ]);
      }),
};

function checkTls(object: Cursor, policy: Cursor): Report[] {
  const tls = down(policy, 'tls');
  const mode = text(down(tls, 'mode')).value;
  if (mode !== 'SIMPLE' && mode !== 'MUTUAL') return [];
  const host = text(down(object, 'spec', 'host')).value;
  const skip = down(tls, 'insecureSkipVerify');
  if (flag(skip, false).value) {
    return [
      {
        target: targetOf(object),
        at: locate(skip),
        message: `tls.mode ${mode} to ${host} with insecureSkipVerify: any certificate is accepted, and whoever is on the way can read and answer.`,
        fix: 'Leave insecureSkipVerify out and set caCertificates and subjectAltNames.',
      },
    ];
  }
  const hasCredential =
    exists(down(tls, 'credentialName')) && exists(down(object, 'spec', 'workloadSelector'));
  if (exists(down(tls, 'caCertificates')) || hasCredential) return [];
  return [
    {
      target: targetOf(object),
      at: locate(down(tls, 'mode')),
      severity: 'info',
      message: `tls.mode ${mode} to ${host} without caCertificates: which authorities are trusted is left to the proxy's version and image.`,
      fix: 'caCertificates: /etc/ssl/certs/ca-certificates.crt for public hosts, or the file of your authority.',
    },
  ];
}

import { isUnresolved } from '../../../flow/selection.js';
import { down, entriesOf, locate, targetOf, text, type Cursor } from '../../../manifests/cursor.js';
import { perWorld } from '../../../manifests/kind.js';
import { cite, type Rule } from '../../../rules/rule.js';
import { worldOf } from '../../world.js';
import { gatewaysOf } from '../written/gateways.js';

export const gatewayCredentialInvalid: Rule = {
  code: 'GATEWAY_CREDENTIAL_INVALID',
  severity: 'error',
  layer: 'mesh',
  title: 'The Secret of a Gateway holds no certificate that it could serve.',
  reads: ['mesh/objects'],
  why: 'A gateway reads tls.crt and tls.key, or cert and key, in PEM; without them, or with a certificate that has expired, handshakes fail (credentials/kube, ExtractCertInfo; IST0161).',
  fix: 'A Secret of type kubernetes.io/tls with tls.crt and tls.key.',
  check: (composition) => {
    const world = worldOf(composition);
    return gatewaysOf(composition).flatMap(({ object, servers }) =>
      servers.flatMap(({ at }) => {
        const name = text(down(at, 'tls', 'credentialName'));
        // It is that of the pods' namespace, which need not be the Gateway's: one of several is not known.
        const [secret, ...others] = secretsOf(world).get(name.value) ?? [];
        const problem = secret === undefined || others.length > 0 ? undefined : problemOf(secret);
        if (secret === undefined || problem === undefined) return [];
        const place = locate(secret);
        return [
          {
            target: targetOf(object),
            at: name.place,
            also: [place],
            message: `Secret ${name.value} (${cite(place)}) ${problem}: TLS handshakes fail.`,
            fix: 'Put the certificate and its key in PEM under tls.crt and tls.key.',
          },
        ];
      }),
    );
  },
};

const secretsOf = perWorld(({ ofKind }) => {
  const found = new Map<string, Cursor[]>();
  for (const secret of ofKind('', 'Secret')) {
    const { name } = secret.object;
    found.set(name, [...(found.get(name) ?? []), secret]);
  }
  return found;
});

const PAIRS = [
  ['tls.crt', 'tls.key'],
  ['cert', 'key'],
] as const;

/** What is wrong with a Secret; undefined for one that is right, or whose content is filled in later. */
function problemOf(secret: Cursor): string | undefined {
  const data = readData(secret);
  if ([...data.values()].some((value) => isUnresolved(value) || value.includes('ENC[')))
    return undefined;
  const pair = PAIRS.find(([certificate, key]) => data.has(certificate) && data.has(key));
  if (pair === undefined)
    return `has ${[...data.keys()].join(', ') || 'nothing'} in place of tls.crt and tls.key`;
  const pem = data.get(pair[0]) ?? '';
  if (!pem.includes('BEGIN CERTIFICATE')) return `has no certificate in PEM under ${pair[0]}`;
  const end = endOf(pem);
  return end !== undefined && end < LONG_PAST
    ? `has a certificate that expired on ${end}`
    : undefined;
}

/** The rules know no clock: what ended before this version was made has surely expired. */
const LONG_PAST = '2026-11-01';

function readData(secret: Cursor): ReadonlyMap<string, string> {
  const plain = entriesOf(down(secret, 'stringData')).map(
    ([key, at]) => [key, text(at).value] as const,
  );
  const encoded = entriesOf(down(secret, 'data')).map(
    ([key, at]) => [key, decode(text(at).value)] as const,
  );
  return new Map([...encoded, ...plain]);
}

/** Base64, or the text itself where it is none. */
function decode(value: string): string {
  try {
    return atob(value.trim());
  } catch {
    return value;
  }
}

/** The last day of the first certificate, `2027-03-31`: the second of the two times that it holds. */
function endOf(pem: string): string | undefined {
  const body = /BEGIN CERTIFICATE-----([A-Za-z\d+/=\s]*)-----END/.exec(pem)?.[1] ?? '';
  const bytes = decode(body.replace(/\s/g, ''));
  const [, end] = [...bytes.matchAll(/(\d{14}|\d{12})Z/g)].map(([, time = '']) => time);
  if (end === undefined) return undefined;
  // RFC 5280: two digits from 50 on are of the last century.
  const full = end.length === 14 ? end : `${Number(end.slice(0, 2)) < 50 ? 20 : 19}${end}`;
  return `${full.slice(0, 4)}-${full.slice(4, 6)}-${full.slice(6, 8)}`;
}

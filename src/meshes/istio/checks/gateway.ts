import { quote } from '../../../model/text.js';
import {
  formatPath,
  type ManifestObject,
  type Problem,
  type ValuePath,
} from '../../../manifests/manifest-file.js';
import { problem } from '../../../manifests/problem.js';
import { isAddress } from './address.js';
import { checkHost, checkPort } from '../../../manifests/values.js';

type Tls = {
  readonly mode?: string;
  readonly httpsRedirect?: boolean;
  readonly serverCertificate?: string;
  readonly privateKey?: string;
  readonly caCertificates?: string;
  readonly caCertCredentialName?: string;
  readonly credentialName?: string;
  readonly credentialNames?: readonly string[];
  readonly tlsCertificates?: readonly object[];
};
type Server = {
  readonly port: { readonly number?: number; readonly name?: string; readonly protocol?: string };
  readonly hosts?: readonly string[];
  readonly bind?: string;
  readonly tls?: Tls;
};

const PLAIN = [
  'HTTP',
  'HTTP2',
  'GRPC',
  'GRPC-WEB',
  'HTTP_PROXY',
  'TCP',
  'UDP',
  'MONGO',
  'REDIS',
  'MYSQL',
  'HBONE',
];
const ENCRYPTED = ['HTTPS', 'TLS'];

/** ValidateGateway. */
export function* checkGateway(object: ManifestObject): Generator<Problem> {
  // The schema has passed.
  const { servers = [] } = (object.spec ?? {}) as { readonly servers?: readonly Server[] };
  if (servers.length === 0) yield problem(['spec'], 'a Gateway must have at least one server.');
  const names = new Set<string>();
  for (const [index, server] of servers.entries()) {
    const at = ['spec', 'servers', index];
    const { name = '', number, protocol = '' } = server.port;
    if (names.has(name))
      yield problem([...at, 'port', 'name'], `there are two ports named ${quote(name)}.`);
    names.add(name);
    if (!(server.bind ?? '').startsWith('unix://'))
      yield* checkPort([...at, 'port', 'number'], number);
    for (const [place, host] of (server.hosts ?? []).entries())
      yield* checkServerHost([...at, 'hosts', place], host);
    yield* checkProtocol(at, protocol.toUpperCase(), server.tls);
    if (server.tls !== undefined) yield* checkTls([...at, 'tls'], server.tls);
  }
}

function* checkServerHost(at: ValuePath, written: string): Generator<Problem> {
  const host = written.includes('/') ? written.slice(written.indexOf('/') + 1) : written;
  if (host === '*' || isAddress(host)) return;
  if (!host.includes('.'))
    yield problem(at, `${quote(host)} is a short name; a Gateway takes full ones.`);
  else yield* checkHost(at, host);
}

function* checkProtocol(at: ValuePath, protocol: string, tls: Tls | undefined): Generator<Problem> {
  const place = [...at, 'port', 'protocol'];
  if (ENCRYPTED.includes(protocol)) {
    if (tls === undefined) yield problem(at, `${formatPath(at)} is ${protocol} and must have tls.`);
    return;
  }
  if (!PLAIN.includes(protocol)) {
    yield problem(
      place,
      `${quote(protocol)} is no protocol of a Gateway: ${[...PLAIN, ...ENCRYPTED].join(', ')}.`,
    );
    return;
  }
  // Without a mode it is PASSTHROUGH, with which tls says nothing but httpsRedirect.
  const isRedirect = tls === undefined || (/^HTTP|^GRPC/.test(protocol) && isPassed(tls));
  if (!isRedirect)
    yield problem(
      [...at, 'tls'],
      `${formatPath(at)} is ${protocol}, in plain text, and must not have tls.`,
    );
}

function isPassed({ mode = 'PASSTHROUGH' }: Tls): boolean {
  return mode.endsWith('PASSTHROUGH');
}

function* checkTls(at: ValuePath, tls: Tls): Generator<Problem> {
  const { mode = 'PASSTHROUGH', credentialName = '', credentialNames = [] } = tls;
  if (!['SIMPLE', 'MUTUAL', 'OPTIONAL_MUTUAL'].includes(mode)) return;
  if (credentialName !== '' || credentialNames.length > 0) return;
  if (mode !== 'SIMPLE' && (tls.caCertificates ?? '') === '')
    yield problem(
      at,
      `${formatPath(at)} with mode ${mode} must have caCertificates or credentialName.`,
    );
  if ((tls.tlsCertificates ?? []).length > 0) return;
  for (const key of ['serverCertificate', 'privateKey'] as const) {
    if ((tls[key] ?? '') === '')
      yield problem(at, `${formatPath(at)} with mode ${mode} must have ${key} or credentialName.`);
  }
}

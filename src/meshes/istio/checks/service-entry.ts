import { quote } from '../../../model/text.js';
import { formatPath, type ManifestObject, type Problem } from '../../../manifests/manifest-file.js';
import { checkAddress } from './address.js';
import { checkEndpoints, type Endpoint } from './endpoints.js';
import { checkExportTo } from './export-to.js';
import { problem, warning } from '../../../manifests/problem.js';
import { checkSelector, type Selector } from '../../../manifests/selector.js';
import { checkHost, checkPort, isDns1123Label, isFqdn } from '../../../manifests/values.js';

type Port = {
  readonly number: number;
  readonly name: string;
  readonly protocol?: string;
  readonly targetPort?: number;
};
type Spec = {
  readonly hosts?: readonly string[];
  readonly addresses?: readonly string[];
  readonly ports?: readonly Port[];
  readonly resolution?: string;
  readonly endpoints?: readonly Endpoint[];
  readonly workloadSelector?: Selector;
  readonly exportTo?: readonly string[];
};

const HTTP_OR_TLS = ['HTTP', 'HTTP2', 'HTTP_PROXY', 'GRPC', 'GRPC-WEB', 'HTTPS', 'TLS'];
/** pkg/config/protocol.Parse. */
const PROTOCOLS = [...HTTP_OR_TLS, 'TCP', 'UDP', 'MONGO', 'REDIS', 'MYSQL'];

/** ValidateServiceEntry. */
export function* checkServiceEntry(object: ManifestObject): Generator<Problem> {
  // The schema has passed.
  const spec = object.spec as Spec;
  yield* checkHosts(spec);
  yield* checkPorts(spec);
  yield* checkSelector(['spec', 'workloadSelector'], spec.workloadSelector);
  if (spec.workloadSelector !== undefined && spec.endpoints !== undefined) {
    yield problem(['spec', 'endpoints'], 'endpoints and workloadSelector exclude each other.');
  }
  const { resolution = 'NONE' } = spec;
  if (resolution === 'NONE' && (spec.endpoints ?? []).length > 0) {
    yield problem(['spec', 'endpoints'], 'resolution NONE takes no endpoints.');
  }
  yield* checkEndpoints(
    spec.endpoints ?? [],
    resolution,
    (spec.ports ?? []).map(({ name }) => name),
  );
  for (const [index, address] of (spec.addresses ?? []).entries())
    yield* checkAddress(['spec', 'addresses', index], address);
  const hasRange = (spec.addresses ?? []).some((address) => address.includes('/'));
  if (hasRange && resolution !== 'NONE' && resolution !== 'STATIC') {
    yield problem(['spec', 'addresses'], 'address ranges need resolution NONE or STATIC.');
  }
  yield* checkExportTo(object, spec.exportTo, { allowsNone: true });
}

function* checkHosts({
  hosts = [],
  resolution = 'NONE',
  endpoints = [],
  ports = [],
}: Spec): Generator<Problem> {
  const isResolved = resolution.startsWith('DNS') && endpoints.length === 0;
  for (const [index, host] of hosts.entries()) {
    const at = ['spec', 'hosts', index];
    if (host === '*') yield problem(at, 'a ServiceEntry must name its hosts; * is all of them.');
    else if (isResolved && !isFqdn(host)) {
      yield problem(
        at,
        `${quote(host)} cannot be resolved: with resolution ${resolution} a host must be a full name.`,
      );
    } else yield* checkHost(at, host);
    if (host.includes('*') && !host.startsWith('*.') && host !== '*') {
      yield warning(at, `${quote(host)} is a partial wildcard, which matches nothing.`);
    }
  }
  if (
    hosts.length > 1 &&
    resolution !== 'NONE' &&
    ports.some(({ protocol }) => !isHttpOrTls(protocol))
  ) {
    yield problem(
      ['spec', 'hosts'],
      'several hosts need HTTP or TLS ports: plain TCP cannot tell them apart.',
    );
  }
}

function* checkPorts({ ports = [] }: Spec): Generator<Problem> {
  for (const [index, { name, number, protocol = '', targetPort }] of ports.entries()) {
    const at = ['spec', 'ports', index];
    const earlier = ports.slice(0, index);
    if (earlier.some((port) => port.name === name)) {
      yield problem([...at, 'name'], `there are two ports named ${quote(name)}.`);
    }
    if (earlier.some((port) => port.number === number)) {
      yield problem([...at, 'number'], `the port ${number} is there twice.`);
    }
    if (!isDns1123Label(name))
      yield problem([...at, 'name'], `${quote(name)} is no name of a port.`);
    if (protocol !== '' && !PROTOCOLS.includes(protocol.toUpperCase())) {
      const place = formatPath([...at, 'protocol']);
      yield problem(
        [...at, 'protocol'],
        `${place} must be one of ${PROTOCOLS.join(', ')}, not ${quote(protocol)}.`,
      );
    }
    yield* checkPort([...at, 'number'], number);
    yield* checkPort([...at, 'targetPort'], targetPort === 0 ? undefined : targetPort);
  }
}

function isHttpOrTls(protocol = ''): boolean {
  return HTTP_OR_TLS.includes(protocol.toUpperCase());
}

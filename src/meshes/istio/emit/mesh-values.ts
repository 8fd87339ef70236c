import type {
  AllowedSource,
  EgressValues,
  MeshValues,
  ServiceEntryValues,
  UpstreamValues,
} from '../../../model/context.js';
import type { ControlKind } from '../../../model/control.js';
import { formatDuration } from '../../../model/duration.js';
import type { CapabilityManifest } from '../../../model/manifest.js';
import { EJECTION } from './policy.js';
import type { Request, SettingValue, Upstream } from '../../../model/request.js';
import { settingAt } from '../../../stages/settings.js';

/** The HPA may triple the service before a person has to look. */
const MAX_REPLICAS_FACTOR = 3;
/** Namespace of the control plane, which every proxy talks to. */
const ROOT_NAMESPACE = 'istio-system';
/** REGISTRY_ONLY would also cut DNS over TCP, which long answers need. */
const DNS_HOST = 'kube-dns.kube-system.svc.cluster.local';

type Reach = {
  readonly upstreams: readonly UpstreamValues[];
  readonly egress: readonly EgressValues[];
};
type Caller = {
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly users?: boolean;
};

/**
 * What manifests of the mesh print, from the settings that stand for the service's place in it.
 *
 * @returns undefined when no capability declares that place
 */
export function meshValues(
  request: Request,
  chosen: readonly CapabilityManifest[],
  reach: {
    readonly upstreams: readonly UpstreamValues[];
    readonly egress: readonly EgressValues[];
  },
): MeshValues | undefined {
  const identity = fieldsOf(request, chosen, 'meshIdentity');
  if (identity === undefined) return undefined;
  const namespace = textOf(identity['namespace']);
  const replicas = Number(identity['replicas']);
  const outside = entries(request.service.name, reach);
  return {
    namespace,
    host: `${request.service.name}.${namespace}.svc.cluster.local`,
    scaled: replicas > 1,
    maxReplicas: replicas * MAX_REPLICAS_FACTOR,
    ejection: {
      ...EJECTION,
      interval: formatDuration(EJECTION.interval),
      baseEjectionTime: formatDuration(EJECTION.baseEjectionTime),
    },
    observed: identity['rollout'] === 'observe',
    allowed: allowedSources(request, chosen, identity),
    egressHosts: egressHosts(reach, namespace),
    bypassedPorts: bypassedPorts(reach).join(','),
    entries: outside,
    capturesDns: [...outside, ...reach.upstreams.flatMap(({ entry }) => entry ?? [])].some(
      ({ needsAddress }) => needsAddress,
    ),
  };
}

/**
 * The ServiceEntry of a host outside, with every port that the process uses there. It stands with the
 * first upstream of that host: two entries for one host would hide each other's ports.
 */
export function upstreamEntry(
  upstream: Upstream,
  upstreams: readonly Upstream[],
  egress: readonly EgressValues[],
): ServiceEntryValues | undefined {
  const { host, external } = upstream.address;
  const sharing = upstreams.filter(({ address }) => address.host === host);
  if (!external || sharing[0] !== upstream) return undefined;
  return serviceEntry(host, [
    ...sharing.map(({ address: { port, scheme } }) => ({ port, protocol: scheme })),
    ...egress.filter((entry) => entry.host === host),
  ]);
}

/**
 * Who may call, most specific first. With authenticated users a caller that brings them needs both
 * identities; nobody declared means every user, or without users the own namespace.
 */
function allowedSources(
  request: Request,
  chosen: readonly CapabilityManifest[],
  identity: Readonly<Record<string, SettingValue>>,
): AllowedSource[] {
  const issuer = fieldsOf(request, chosen, 'authentication')?.['issuer'];
  const users = issuer === undefined ? [] : [`${textOf(issuer)}/*`];
  const callers = (identity['callers'] ?? []) as readonly Caller[];
  if (callers.length === 0) {
    return users.length > 0
      ? [{ principals: [], requestPrincipals: users, namespaces: [] }]
      : [{ principals: [], requestPrincipals: [], namespaces: [textOf(identity['namespace'])] }];
  }
  return callers.map((caller) => ({
    principals: [
      `${textOf(identity['trustDomain'])}/ns/${caller.namespace}/sa/${caller.serviceAccount}`,
    ],
    requestPrincipals: caller.users === true ? users : [],
    namespaces: [],
  }));
}

/**
 * Everything that the pod's proxy may know, as `<namespace>/<host>`, each once. A host is imported from the
 * namespace of its Service, and from the own one, where the VirtualService for it stands: the proxy takes none
 * from a namespace that the host is not imported from (virtualservice.go, SelectVirtualServices).
 */
function egressHosts({ upstreams, egress }: Reach, own: string): string[] {
  const policed = new Set(upstreams.flatMap(({ host, policed }) => (policed ? [host] : [])));
  const needed = [...upstreams, ...egress]
    .filter(({ namespace }) => namespace !== ROOT_NAMESPACE)
    .flatMap(({ namespace, host, external }) => {
      if (external) return [`./${host}`];
      const imported = `${namespace}/${host}`;
      return namespace !== own && policed.has(host) ? [imported, `./${host}`] : [imported];
    });
  return [`${ROOT_NAMESPACE}/*`, ...new Set([`kube-system/${DNS_HOST}`, ...needed])];
}

/** Ports that the sidecar leaves alone; a port that anything else uses stays in its hands. */
function bypassedPorts({ upstreams, egress }: Reach): number[] {
  const carried = new Set(
    [...upstreams, ...egress.filter(({ bypass }) => !bypass)].map(({ port }) => port),
  );
  const bypassed = egress.filter(({ bypass, port }) => bypass && !carried.has(port));
  return [...new Set(bypassed.map(({ port }) => port))].sort((a, b) => a - b);
}

/** A ServiceEntry for each host outside that is no upstream. */
function entries(service: string, { upstreams, egress }: Reach): MeshValues['entries'] {
  const known = new Set(upstreams.map(({ host }) => host));
  const outside = egress.filter(({ external, host }) => external && !known.has(host));
  return [...new Set(outside.map(({ host }) => host))].map((host) => ({
    // Names of upstreams hold no dot, so that this is never the name of theirs.
    name: `${service}-to-${host}`,
    ...serviceEntry(
      host,
      outside.filter((entry) => entry.host === host),
    ),
  }));
}

/** TLS that the process speaks itself is `TLS` to the mesh, routed by its server name. */
function serviceEntry(
  host: string,
  ports: readonly { readonly port: number; readonly protocol: string }[],
): ServiceEntryValues {
  const named = ports
    .filter(({ port }, index) => ports.findIndex((other) => other.port === port) === index)
    .sort((a, b) => a.port - b.port)
    .map(({ port, protocol }) => {
      const spoken = protocol === 'https' ? 'tls' : protocol;
      return { number: port, name: `${spoken}-${port}`, protocol: spoken.toUpperCase() };
    });
  return { host, ports: named, needsAddress: named.some(({ protocol }) => protocol === 'TCP') };
}

/** Settings that stand for these fields are text. */
function textOf(value: SettingValue | undefined): string {
  return typeof value === 'string' ? value : '';
}

/** The settings behind the first mesh-wide control of a kind, by field. */
function fieldsOf(
  request: Request,
  chosen: readonly CapabilityManifest[],
  kind: ControlKind,
): Readonly<Record<string, SettingValue>> | undefined {
  for (const { id, controls } of chosen) {
    const control = controls.find((candidate) => candidate.kind === kind);
    const settings = request.capabilities.get(id);
    if (control === undefined || settings === undefined) continue;
    return Object.fromEntries(
      Object.entries(control.values).flatMap(([field, path]) => {
        const value = settingAt(settings, path);
        return value === undefined ? [] : [[field, value]];
      }),
    );
  }
  return undefined;
}

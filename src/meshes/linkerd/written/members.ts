import { down, entriesOf, itemsOf, text, type Cursor } from '../../../manifests/cursor.js';
import { perWorld, type World } from '../../../manifests/kind.js';
import { podsOf, type WrittenPods } from '../../kubernetes/written/pods.js';

export const INJECT = 'linkerd.io/inject';
/** Annotations of pods and namespaces that configure the proxy. */
export const CONFIG = /^config\.(?:alpha\.|beta\.)?linkerd\.io\//;
/** Annotations by which calls are repeated, cut, and kept from endpoints that fail. */
export const TRAFFIC = /^(?:retry|timeout|balancer)\.(?:alpha\.)?linkerd\.io\//;

export const POLICY = 'policy.linkerd.io';
const POLICY_KINDS = [
  'Server',
  'ServerAuthorization',
  'AuthorizationPolicy',
  'MeshTLSAuthentication',
  'NetworkAuthentication',
  'HTTPLocalRateLimitPolicy',
  'ConcurrencyLimitPolicy',
  'EgressNetwork',
  'HTTPRoute',
];
const ROUTES = 'gateway.networking.k8s.io';
const ROUTE_KINDS = ['HTTPRoute', 'GRPCRoute', 'TLSRoute', 'TCPRoute'];

/** The answer of one template or namespace to whether a proxy is put in. */
type Injection = 'yes' | 'no' | 'unsaid';

function injectionAt(annotations: Cursor): Injection {
  const value = text(down(annotations, INJECT)).value;
  if (value === '') return 'unsaid';
  return value === 'enabled' || value === 'ingress' ? 'yes' : 'no';
}

const namespaces = perWorld<ReadonlyMap<string, Cursor>>(
  ({ ofKind }) =>
    new Map(
      ofKind('', 'Namespace').map((object) => [
        object.object.name,
        down(object, 'metadata', 'annotations'),
      ]),
    ),
);

/** Annotations of a namespace, where it is among the manifests. */
export function annotationsOfNamespace(name: string, world: World): Cursor | undefined {
  return namespaces(world).get(name);
}

/** Whether pods get a proxy: by their own annotation, otherwise by their namespace's. */
export function injectionOf(pods: WrittenPods, world: World): 'yes' | 'no' | 'unknown' {
  if (hasProxy(pods)) return 'yes';
  const own = injectionAt(pods.annotations);
  if (own !== 'unsaid') return own;
  const shared = namespaces(world).get(pods.namespace);
  const ofNamespace = shared === undefined ? 'unsaid' : injectionAt(shared);
  return ofNamespace === 'unsaid' ? 'unknown' : ofNamespace;
}

function hasProxy({ spec }: WrittenPods): boolean {
  return ['containers', 'initContainers'].some((list) =>
    itemsOf(down(spec, list)).some(
      (container) => text(down(container, 'name')).value === 'linkerd-proxy',
    ),
  );
}

/** Pods that surely have a proxy. */
export const meshedPods = perWorld<readonly WrittenPods[]>((world) =>
  podsOf(world).filter((pods) => injectionOf(pods, world) === 'yes'),
);

/** True when something in the manifests is for Linkerd alone: what switches it off is not. */
export const isInWorld = perWorld<boolean>(
  (world) =>
    meshedPods(world).length > 0 ||
    [...namespaces(world).values()].some(
      (annotations) => injectionAt(annotations) === 'yes' || hasAny(annotations, CONFIG),
    ) ||
    podsOf(world).some(
      ({ annotations }) => injectionAt(annotations) !== 'no' && hasAny(annotations, CONFIG),
    ) ||
    POLICY_KINDS.some((kind) => world.ofKind(POLICY, kind).length > 0) ||
    world.ofKind('linkerd.io', 'ServiceProfile').length > 0 ||
    world
      .ofKind('', 'Service')
      .some((object) => hasAny(down(object, 'metadata', 'annotations'), TRAFFIC, CONFIG)) ||
    ROUTE_KINDS.some((kind) =>
      world
        .ofKind(ROUTES, kind)
        .some(
          (object) =>
            hasAny(down(object, 'metadata', 'annotations'), TRAFFIC) ||
            itemsOf(down(object, 'spec', 'parentRefs')).some(
              (parent) => text(down(parent, 'group')).value === POLICY,
            ),
        ),
    ),
);

function hasAny(annotations: Cursor, ...patterns: readonly RegExp[]): boolean {
  return entriesOf(annotations).some(([key]) => patterns.some((pattern) => pattern.test(key)));
}

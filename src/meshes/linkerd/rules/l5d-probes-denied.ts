import {
  down,
  exists,
  itemsOf,
  locate,
  number,
  targetOf,
  text,
  type Cursor,
} from '../../../manifests/cursor.js';
import type { World } from '../../../manifests/kind.js';
import type { Report, Rule } from '../../../rules/rule.js';
import type { WrittenPods } from '../../kubernetes/written/pods.js';
import { linkerdWorld } from '../written/annotated.js';
import {
  authorizationsOf,
  podsOfServer,
  portOfServer,
  portsOfPods,
  serversIn,
  wideAuthorizations,
  type WrittenServer,
} from '../written/inbound.js';
import { routesOf } from '../written/routes.js';

const PROBES = ['startupProbe', 'readinessProbe', 'livenessProbe'];

export const l5dProbesDenied: Rule = {
  code: 'L5D_PROBES_DENIED',
  severity: 'error',
  layer: 'mesh',
  title: "A route at a port of probes keeps the kubelet's probes out.",
  reads: ['mesh/objects'],
  why: 'Linkerd lets probes in by itself only until a route is attached to the Server of their port. From then on they need a route and a NetworkAuthentication, as the kubelet has no identity; without them pods never get ready (reference/authorization-policy; measured: a path of no route is 404, a denied one 403).',
  fix: 'An HTTPRoute for the paths of the probes, and an AuthorizationPolicy for it with a NetworkAuthentication.',
  check: (composition) => {
    const world = linkerdWorld(composition);
    return (world === undefined ? [] : serversIn(world)).flatMap((server) =>
      world === undefined ? [] : checkServer(server, world),
    );
  },
};

function checkServer(server: WrittenServer, world: World): Report[] {
  const { name, namespace } = server.object.object;
  const routes = routesOf({ kind: 'Server', name, namespace }, world);
  const [first] = routes;
  if (first === undefined || server.accessPolicy !== 'deny') return [];
  const references = [
    ...wideAuthorizations(server, world),
    ...routes.flatMap(({ object, kind }) =>
      authorizationsOf({ kind, name: object.object.name, namespace }, world).map(
        (one) => one.object,
      ),
    ),
  ];
  // Whoever comes without an identity, from some networks: that may well be the kubelet.
  if (references.some(admitsNetworks)) return [];
  return podsOfServer(server, world).flatMap((pods) => {
    const port = portOfServer(server, pods);
    const probe = port === undefined ? undefined : probesOf(pods).find((one) => one.port === port);
    if (probe === undefined) return [];
    return [
      {
        target: targetOf(server.object),
        at: locate(server.object),
        also: [locate(probe.at), locate(first.object)],
        message: `${targetOf(first.object)} is for ${targetOf(server.object)}, at whose port ${port ?? ''} probes of ${targetOf(pods.object)} arrive: no NetworkAuthentication lets them in.`,
        fix: 'An HTTPRoute for the paths of the probes, with an AuthorizationPolicy and a NetworkAuthentication.',
      },
    ];
  });
}

/** It asks for no identity. */
function admitsNetworks(object: Cursor): boolean {
  const references = itemsOf(down(object, 'spec', 'requiredAuthenticationRefs'));
  const isOlder = exists(down(object, 'spec', 'client'));
  return (
    isOlder ||
    !references.some((at) =>
      ['MeshTLSAuthentication', 'ServiceAccount'].includes(text(down(at, 'kind')).value),
    )
  );
}

function probesOf(pods: WrittenPods): readonly { readonly at: Cursor; readonly port: number }[] {
  const named = portsOfPods(pods);
  return itemsOf(down(pods.spec, 'containers')).flatMap((container) =>
    PROBES.map((probe) => down(container, probe, 'httpGet'))
      .filter(exists)
      .map((at) => {
        const written = text(down(at, 'port')).value;
        const port = /^\d+$/.test(written)
          ? number(down(at, 'port'), 0).value
          : (named.find(({ name }) => name === written)?.number ?? 0);
        return { at, port };
      }),
  );
}

import { down, locate, text, type Cursor } from '../../../manifests/cursor.js';
import type { World } from '../../../manifests/kind.js';
import { setValue, type Report, type Rule } from '../../../rules/rule.js';
import { annotatedIn, linkerdWorld, routesOfService } from '../written/annotated.js';
import { portsOf, type ServicePort } from '../written/services.js';

/** Words by which other meshes know requests, with what Linkerd reads as such. */
const MEANT: Readonly<Record<string, string>> = {
  grpc: 'kubernetes.io/h2c',
  'grpc-web': 'http',
  http2: 'kubernetes.io/h2c',
  h2c: 'kubernetes.io/h2c',
  HTTP: 'http',
};

export const l5dAppprotocolOpaque: Rule = {
  code: 'L5D_APPPROTOCOL_OPAQUE',
  severity: 'error',
  layer: 'mesh',
  title: 'A port with a policy for requests is bytes to Linkerd.',
  reads: ['mesh/objects'],
  why: 'Linkerd knows the appProtocols http, kubernetes.io/h2c and none. Any other, grpc, http2, https and tcp included, is opaque TCP: no routes, no retries, no timeouts, no breaker, no balancing of single requests (linkerd2 core/src/outbound.rs; reference/protocol-detection).',
  fix: 'appProtocol: kubernetes.io/h2c for gRPC and HTTP/2, http for HTTP/1, which Istio reads too.',
  check: (composition) => {
    const world = linkerdWorld(composition);
    return (world?.ofKind('', 'Service') ?? []).flatMap((service) =>
      world === undefined ? [] : checkService(service, world),
    );
  },
};

function checkService(service: Cursor, world: World): Report[] {
  const ports = portsOf(service);
  const isAnnotated = annotatedIn(world).some(({ object }) => object.node === service.node);
  const routes = routesOfService(service, world);
  return ports.filter(isOpaque).flatMap((port) => {
    const route = routes.find(({ parent }) => parent.port === port.number);
    const meant = MEANT[port.appProtocol ?? ''];
    // Annotations hold for all ports: one of bytes beside one of requests is no mistake.
    const isMeant =
      route !== undefined ||
      ((isAnnotated || routes.length > 0) && (meant !== undefined || ports.every(isOpaque)));
    if (!isMeant) return [];
    const at = down(port.at, 'appProtocol');
    const policy = route === undefined ? 'its annotations' : route.object.object.name;
    return [
      {
        target: `Service/${service.object.name}`,
        at: locate(at),
        ...(route !== undefined && { also: [locate(route.parent.at)] }),
        message: `Port ${port.number} has appProtocol ${port.appProtocol ?? ''}, which is opaque TCP to Linkerd: ${policy} ${route === undefined ? 'do' : 'does'} nothing there.`,
        fix: `appProtocol: ${meant ?? 'http'}`,
        edits: meant === undefined ? [] : setValue(text(at), meant),
      },
    ];
  });
}

/** By its appProtocol: a port that an annotation makes opaque was meant to be. */
function isOpaque({ appProtocol, carries }: ServicePort): boolean {
  return (
    carries === 'opaque' &&
    appProtocol !== undefined &&
    !['http', 'kubernetes.io/h2c'].includes(appProtocol)
  );
}

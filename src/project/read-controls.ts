import type { MeshControl } from '../model/controls.js';
import type { RouteRetries } from '../model/mesh-control.js';
import type { LocatedObject } from '../manifests/node.js';
import { cursorOf, down, labelsOf, namespaceOf, texts, type Cursor } from '../manifests/cursor.js';
import { readDestinationRule } from '../meshes/istio/read/destination-rule.js';
import {
  readAutoscaler,
  readDisruptionBudget,
  readLinkerd,
  readService,
} from '../meshes/kubernetes/kubernetes.js';
import { readMeshRoutes } from '../meshes/istio/read/mesh-routes.js';
import {
  readAuthorizationPolicy,
  readPeerAuthentication,
  readRequestAuthentication,
} from '../meshes/istio/read/security.js';
import {
  readGatewayRoute,
  readMeshConfig,
  readServiceEntry,
  readSidecar,
  readTelemetry,
} from '../meshes/istio/read/traffic.js';
import { readVirtualService } from '../meshes/istio/read/virtual-service.js';
import { readPodTracing, readWorkload, type Surroundings } from '../meshes/kubernetes/workload.js';

/** The mesh's controls in a set of objects, with Istio's defaults where a field is absent. */
export function readControls(objects: readonly LocatedObject[]): MeshControl[] {
  const ofKind = (kind: string) =>
    objects.filter(({ name }) => name.kind === kind).map((object) => cursorOf(object));
  const surroundings: Surroundings = {
    configMaps: new Map(
      ofKind('ConfigMap').map((cursor) => [
        `${namespaceOf(cursor)}/${cursor.object.name}`,
        down(cursor, 'data'),
      ]),
    ),
    namespaces: new Map(
      ofKind('Namespace').map((cursor) => [
        cursor.object.name,
        labelsOf(down(cursor, 'metadata', 'labels')),
      ]),
    ),
  };
  const ofMesh = ['ConfigMap', 'IstioOperator']
    .flatMap(ofKind)
    .flatMap(readMeshConfig)
    .find(({ values }) => values.retries !== undefined)?.values.retries;
  const hostsOfEntry = new Map(
    ofKind('ServiceEntry').map((cursor) => [
      `${namespaceOf(cursor)}/${cursor.object.name}`,
      texts(down(cursor, 'spec', 'hosts')).value,
    ]),
  );
  const httpRoutes = objects.filter(
    ({ apiVersion, name }) =>
      name.kind === 'HTTPRoute' && apiVersion.startsWith('gateway.networking.k8s.io/'),
  );
  return [
    ...objects.flatMap((object) =>
      readObject(object.apiVersion, cursorOf(object), { ...surroundings, ofMesh }),
    ),
    ...readMeshRoutes(httpRoutes.map(cursorOf), hostsOfEntry, ofMesh),
  ];
}

function readObject(
  apiVersion: string,
  cursor: Cursor,
  surroundings: Surroundings & { readonly ofMesh: RouteRetries | undefined },
): MeshControl[] {
  const group = apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '';
  switch (`${group}/${cursor.object.kind}`) {
    case 'networking.istio.io/VirtualService':
      return readVirtualService(cursor, surroundings.ofMesh);
    case 'networking.istio.io/DestinationRule':
      return readDestinationRule(cursor);
    case 'networking.istio.io/Sidecar':
      return [readSidecar(cursor)];
    case 'networking.istio.io/ServiceEntry':
      return [readServiceEntry(cursor)];
    case 'security.istio.io/PeerAuthentication':
      return [readPeerAuthentication(cursor)];
    case 'security.istio.io/RequestAuthentication':
      return readRequestAuthentication(cursor);
    case 'security.istio.io/AuthorizationPolicy':
      return [readAuthorizationPolicy(cursor)];
    case 'telemetry.istio.io/Telemetry':
      return readTelemetry(cursor);
    case 'gateway.networking.k8s.io/HTTPRoute':
    case 'gateway.networking.k8s.io/GRPCRoute':
      return [...readGatewayRoute(cursor), ...readLinkerd(cursor)];
    case 'linkerd.io/ServiceProfile':
      return readLinkerd(cursor);
    case 'install.istio.io/IstioOperator':
    case '/ConfigMap':
      return readMeshConfig(cursor);
    case '/Service':
      return [readService(cursor), ...readLinkerd(cursor)];
    case 'apps/Deployment':
    case 'apps/StatefulSet':
    case 'apps/DaemonSet':
    case 'argoproj.io/Rollout': {
      const workload = readWorkload(cursor, surroundings);
      return [workload, ...readPodTracing(workload)];
    }
    case 'policy/PodDisruptionBudget':
      return readDisruptionBudget(cursor);
    case 'autoscaling/HorizontalPodAutoscaler':
      return [readAutoscaler(cursor)];
    default:
      return [];
  }
}

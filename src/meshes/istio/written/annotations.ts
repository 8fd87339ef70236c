import { down, entriesOf, exists, type Cursor } from '../../../manifests/cursor.js';
import { perWorld } from '../../../manifests/kind.js';

export type WrittenAnnotation = {
  readonly object: Cursor;
  readonly name: string;
  readonly at: Cursor;
  /** The kind that has it: `Pod` for the template of a workload. */
  readonly holder: string;
  /** Labels beside it. */
  readonly labels: Cursor;
};

const WORKLOADS = ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet'];
/** What istiod and controllers write themselves. */
const WRITTEN_BY_ISTIO = new Set([
  'sidecar.istio.io/status',
  'gateway.istio.io/controller-version',
  'istio.io/rev',
  'ambient.istio.io/redirection',
]);

/** Annotations of Istio's on the kinds that it reads them on. */
export const annotationsIn = perWorld<readonly WrittenAnnotation[]>(({ ofKind }) => [
  ...['Namespace', 'Service', 'Pod'].flatMap((kind) =>
    ofKind('', kind).flatMap((object) => read(object, down(object, 'metadata'), kind)),
  ),
  ...WORKLOADS.flatMap((kind) =>
    ofKind('apps', kind).flatMap((object) => [
      ...read(object, down(object, 'metadata'), kind),
      ...read(object, down(object, 'spec', 'template', 'metadata'), 'Pod'),
    ]),
  ),
]);

function read(object: Cursor, metadata: Cursor, holder: string): WrittenAnnotation[] {
  // What a controller makes of a Gateway has the annotations of the Gateway.
  const isMade = exists(down(object, 'metadata', 'labels', 'gateway.istio.io/managed'));
  if (isMade || exists(down(object, 'metadata', 'ownerReferences'))) return [];
  return entriesOf(down(metadata, 'annotations'))
    .filter(([name, at]) => isOfIstio(name) && !WRITTEN_BY_ISTIO.has(name) && exists(at))
    .map(([name, at]) => ({ object, name, at, holder, labels: down(metadata, 'labels') }));
}

function isOfIstio(name: string): boolean {
  return name === 'kubernetes.io/ingress.class' || /(?:^|\.)istio\.io\//.test(name);
}

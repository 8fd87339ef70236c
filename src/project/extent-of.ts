import { entryOf, type LocatedObject } from '../manifests/node.js';
import type { ExtentControl } from '../model/extent-control.js';

/** Where manifests come from, as far as it says whether they are all there are. */
export type Origin =
  /** Files in a folder: others may be elsewhere. */
  | 'files'
  /** A kustomization that was resolved without a gap. */
  | 'build'
  /** What `new service` made: it names whatever the service calls. */
  | 'generated'
  /** Everything of the cluster, or of its namespaces. */
  | 'cluster';

/**
 * What of the cluster objects hold whole: each namespace of which a Service is there, when they are all there are.
 * A List that `kubectl get` printed is recognized by the ids that only a cluster gives.
 */
export function extentOf(
  objects: readonly LocatedObject[],
  origin: Origin,
): readonly ExtentControl[] {
  const services = objects.filter(
    ({ apiVersion, name }) => apiVersion === 'v1' && name.kind === 'Service',
  );
  const whole = origin === 'files' ? services.filter(isDumped) : services;
  const [first] = whole;
  if (first === undefined) return [];
  const { file, offset, linePos } = first.root.spot;
  const { line, col } = linePos(offset);
  // Every cluster has it, and kubectl prints it with the Services of all namespaces.
  const isCluster = services.some(
    (service) =>
      isDumped(service) &&
      service.name.namespace === 'default' &&
      service.name.name === 'kubernetes',
  );
  const extent: ExtentControl = {
    layer: 'mesh',
    kind: 'extent',
    target: '',
    namespace: undefined,
    place: { file, line, column: col },
    values: {
      namespaces:
        origin === 'cluster' || isCluster
          ? 'every'
          : new Set(whole.map(({ name }) => name.namespace || undefined)),
      hasOutside: origin === 'generated' || origin === 'cluster' || isCluster,
    },
  };
  return [extent];
}

/** An object of a List, with the id that the API server gave it. */
function isDumped({ root }: LocatedObject): boolean {
  return root.isListed === true && entryOf(entryOf(root, 'metadata'), 'uid') !== undefined;
}

import type { MeshIntent, Refusal } from '../../../model/mesh-emitter.js';

/** The proxy that reads HTTP for Services of the ambient mesh. */
export type Waypoint = {
  readonly name: string;
  readonly namespace: string;
  /** It is in another namespace than the service. */
  readonly isElsewhere: boolean;
  /** Who must see the routes and limits of the service: it, and nobody else. */
  readonly exportTo: string;
};

/** What carries the service's calls: a proxy beside each pod, or one for each node and perhaps a waypoint. */
export type DataPlane =
  { readonly kind: 'sidecar' } | { readonly kind: 'ambient'; readonly waypoint?: Waypoint };

type Asked = Pick<MeshIntent, 'settings' | 'place'>;

export function dataPlaneOf({ settings, place }: Asked): DataPlane {
  if (settings['dataPlane'] !== 'ambient') return { kind: 'sidecar' };
  const written = textOf(settings['waypoint']);
  if (written === '') return { kind: 'ambient' };
  const [name = '', namespace = place.namespace] = written.split('/').reverse();
  const isElsewhere = namespace !== place.namespace;
  const exportTo = isElsewhere ? namespace : '.';
  return { kind: 'ambient', waypoint: { name, namespace, isElsewhere, exportTo } };
}

/** Settings of one data plane in a service of the other: they would do nothing, or break it. */
export function refuseOtherPlane(
  { settings }: Pick<MeshIntent, 'settings'>,
  nameOf: (setting: string) => string,
): Refusal | undefined {
  const waypoint = textOf(settings['waypoint']);
  const revision = textOf(settings['revision']);
  const [plane, named] = [nameOf('dataPlane'), nameOf('waypoint')];
  if (settings['dataPlane'] !== 'ambient') {
    if (waypoint === '') return undefined;
    return {
      message: `${named} is "${waypoint}", and calls only pass a waypoint in the ambient mesh: ${plane} is "sidecar".`,
      hint: `Set ${plane} to ambient, or remove ${named}.`,
    };
  }
  if (waypoint.split('/').at(-1) === 'none') {
    return {
      message: `${named} is "${waypoint}", and Istio reads "none" as no waypoint at all.`,
      hint: `Name the Gateway of the waypoint, or remove ${named}.`,
    };
  }
  if (revision === '') return undefined;
  return {
    message: `${nameOf('revision')} is "${revision}", and a pod with that label gets a sidecar: ${plane} is "ambient".`,
    hint: `Remove ${nameOf('revision')}, or set ${plane} to sidecar.`,
  };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

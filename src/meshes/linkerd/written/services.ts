import { down, exists, itemsOf, number, text, type Cursor } from '../../../manifests/cursor.js';
import { perWorld, type World } from '../../../manifests/kind.js';
import { isInCluster, nameOfHost, namespaceOfHost } from '../../../flow/selection.js';
import { mayBeSame } from '../../world.js';

/** A Service as it is called: by name and namespace, which is empty when it is not known. */
export type ServiceName = { readonly name: string; readonly namespace: string };

/** The Service that a host means; undefined for a host outside the cluster. */
export function serviceNamed(host: string): ServiceName | undefined {
  if (host.includes('.') && !isInCluster(host)) return undefined;
  return { name: nameOfHost(host), namespace: namespaceOfHost(host) };
}

const byName = perWorld((world) => indexByName(world.ofKind('', 'Service')));
const profiles = perWorld((world) => indexByName(world.ofKind('linkerd.io', 'ServiceProfile')));

function indexByName(objects: readonly Cursor[]): ReadonlyMap<string, readonly Cursor[]> {
  const found = new Map<string, Cursor[]>();
  for (const object of objects) {
    const key = object.object.name.split('.')[0] ?? '';
    const known = found.get(key);
    if (known === undefined) found.set(key, [object]);
    else known.push(object);
  }
  return found;
}

/** The Service of a name; of several that may be meant the first. */
export function findService({ name, namespace }: ServiceName, world: World): Cursor | undefined {
  const found = byName(world).get(name) ?? [];
  return (
    found.find(({ object }) => object.namespace === namespace) ??
    found.find(({ object }) => mayBeSame(object.namespace, namespace))
  );
}

/** The ServiceProfile that clients of a namespace use for a Service: their own, otherwise the Service's. */
export function findProfile(
  { name, namespace }: ServiceName,
  consumer: string | undefined,
  world: World,
): Cursor | undefined {
  const meant = (profiles(world).get(name) ?? []).filter(({ object }) => {
    const [, owner = ''] = object.name.split('.');
    return mayBeSame(owner, namespace);
  });
  return (
    meant.find(({ object }) => object.namespace === consumer) ??
    meant.find(({ object }) => mayBeSame(object.namespace, namespace))
  );
}

export type ServicePort = {
  readonly at: Cursor;
  readonly number: number;
  readonly appProtocol: string | undefined;
  /** Whether requests are seen, and of which kind. */
  readonly carries: 'http' | 'h2c' | 'detected' | 'opaque';
};

export function portsOf(service: Cursor): readonly ServicePort[] {
  const opaque = opaquePortsOf(down(service, 'metadata', 'annotations'));
  return itemsOf(down(service, 'spec', 'ports')).map((at) => {
    const appProtocol = exists(down(at, 'appProtocol'))
      ? text(down(at, 'appProtocol')).value
      : undefined;
    const { value } = number(down(at, 'port'), 0);
    const carries = opaque?.(value) === true ? 'opaque' : carriedBy(appProtocol);
    return { at, number: value, appProtocol, carries };
  });
}

/** Whatever the proxy does not know is bytes to it, `grpc` and `http2` included. */
function carriedBy(appProtocol: string | undefined): ServicePort['carries'] {
  switch (appProtocol) {
    case undefined:
    case '':
      return 'detected';
    case 'http':
      return 'http';
    case 'kubernetes.io/h2c':
      return 'h2c';
    default:
      return 'opaque';
  }
}

export const OPAQUE_PORTS = 'config.linkerd.io/opaque-ports';

/** Whether a port is among those of an annotation such as `25,8000-8080`; undefined where there is none. */
export function opaquePortsOf(annotations: Cursor): ((port: number) => boolean) | undefined {
  const at = down(annotations, OPAQUE_PORTS);
  return exists(at) ? portSet(text(at).value) : undefined;
}

/** `4222,8000-8080` */
export function portSet(written: string): (port: number) => boolean {
  const ranges = written.split(',').map((part) => part.trim().split('-').map(Number));
  return (port) => ranges.some(([from = 0, to = from]) => from <= port && port <= to);
}

/** The port that calls use: the one of that number, or the only one. */
export function portCalled(
  service: Cursor | undefined,
  port: number | undefined,
): ServicePort | undefined {
  const ports = service === undefined ? [] : portsOf(service);
  if (port !== undefined) return ports.find(({ number: own }) => own === port);
  return ports.length === 1 ? ports[0] : undefined;
}

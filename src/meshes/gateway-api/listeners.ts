import { down, exists, itemsOf, number, text, texts, type Cursor } from '../../manifests/cursor.js';
import { perWorld, type World } from '../../manifests/kind.js';
import { mayBeSame } from '../world.js';
import { GROUP } from './backends.js';

/** Kinds of routes that a protocol of the API takes; listeners of other protocols are their implementation's. */
const TAKES: Readonly<Record<string, readonly string[]>> = {
  HTTP: ['HTTPRoute', 'GRPCRoute'],
  HTTPS: ['HTTPRoute', 'GRPCRoute'],
  TLS: ['TLSRoute', 'TCPRoute'],
  TCP: ['TCPRoute'],
};

/** A route that names a Gateway, of which it wants all listeners, one of a name, or those of a port. */
export type Attachment = {
  readonly route: Cursor;
  readonly parent: Cursor;
  readonly gateway: Cursor;
};

/** Routes and the one Gateway that each of their parents surely is. */
export const attachmentsOf = perWorld<readonly Attachment[]>((world) =>
  [...new Set(Object.values(TAKES).flat())].flatMap((kind) =>
    world.ofKind(GROUP, kind).flatMap((route) =>
      itemsOf(down(route, 'spec', 'parentRefs')).flatMap((parent) => {
        const gateway = gatewayOf(parent, route, world);
        return gateway === undefined ? [] : [{ route, parent, gateway }];
      }),
    ),
  ),
);

function gatewayOf(parent: Cursor, { object }: Cursor, world: World): Cursor | undefined {
  const isGateway =
    text(down(parent, 'group'), GROUP).value === GROUP &&
    text(down(parent, 'kind'), 'Gateway').value === 'Gateway';
  const name = text(down(parent, 'name')).value;
  const namespace = text(down(parent, 'namespace'), object.namespace).value;
  const [found, ...others] = world
    .ofKind(GROUP, 'Gateway')
    .filter((each) => each.object.name === name && mayBeSame(each.object.namespace, namespace));
  return isGateway && others.length === 0 ? found : undefined;
}

/** What takes listeners from a route, one condition after the other: in words, as the end of a sentence. */
export function refusalOf({ route, parent, gateway }: Attachment): string | undefined {
  let left = itemsOf(down(gateway, 'spec', 'listeners'));
  if (left.length === 0) return undefined;
  const all = left;
  const names = all.map((listener) => text(down(listener, 'name')).value).join(', ');
  const section = text(down(parent, 'sectionName')).value;
  const port = number(down(parent, 'port'), 0).value;
  const keep = (isKept: (listener: Cursor) => boolean): boolean => {
    left = left.filter(isKept);
    return left.length > 0;
  };
  if (section !== '' && !keep((each) => text(down(each, 'name')).value === section))
    return `it has no listener ${section} (there are ${names})`;
  if (port !== 0 && !keep((each) => number(down(each, 'port'), 0).value === port))
    return `no listener${section === '' ? '' : ` ${section}`} has port ${port}`;
  if (!keep((each) => letsIn(each, route, gateway)))
    return `its listeners take routes of ${gateway.object.namespace} only, and this one is in ${route.object.namespace}`;
  const { kind } = route.object;
  if (!keep((each) => takesKind(each, kind)))
    return `none of its listeners that are meant takes a ${kind}`;
  const hostnames = texts(down(route, 'spec', 'hostnames')).value;
  const offered = left.map((each) => text(down(each, 'hostname')).value);
  if (
    hostnames.length > 0 &&
    !keep((each) => meetsAny(text(down(each, 'hostname')).value, hostnames))
  )
    return `its listeners are for ${offered.join(', ')}, and the route for ${hostnames.join(', ')}`;
  return undefined;
}

/** Of a Selector the labels of namespaces would decide. */
function letsIn(listener: Cursor, route: Cursor, gateway: Cursor): boolean {
  const from = text(down(listener, 'allowedRoutes', 'namespaces', 'from'), 'Same').value;
  return from !== 'Same' || mayBeSame(route.object.namespace, gateway.object.namespace);
}

function takesKind(listener: Cursor, kind: string): boolean {
  const kinds = down(listener, 'allowedRoutes', 'kinds');
  if (exists(kinds)) return itemsOf(kinds).some((each) => text(down(each, 'kind')).value === kind);
  const taken = TAKES[text(down(listener, 'protocol')).value];
  return taken === undefined || taken.includes(kind);
}

function meetsAny(listener: string, hostnames: readonly string[]): boolean {
  return (
    listener === '' || hostnames.some((name) => meets(listener, name) || meets(name, listener))
  );
}

/** `*.example.com` is for every name below example.com; unknown values may be anything. */
function meets(pattern: string, name: string): boolean {
  if (/[${}]/.test(pattern + name)) return true;
  return (
    pattern === name ||
    (pattern.startsWith('*.') &&
      name.length > pattern.length - 1 &&
      name.endsWith(pattern.slice(1)))
  );
}

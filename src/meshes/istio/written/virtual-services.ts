import type { Composition } from '../../../flow/composition.js';
import {
  down,
  eachText,
  exists,
  itemsOf,
  number,
  text,
  texts,
  type Cursor,
} from '../../../manifests/cursor.js';
import { worldOf } from '../../world.js';

export type Protocol = 'http' | 'tls' | 'tcp';

export type WrittenRoute = {
  readonly protocol: Protocol;
  readonly index: number;
  readonly at: Cursor;
};

export type WrittenDestination = {
  readonly route: WrittenRoute;
  readonly at: Cursor;
  readonly host: string;
  /** Undefined when it does not say. */
  readonly port: number | undefined;
  readonly subset: string;
  readonly isMirror: boolean;
};

const PROTOCOLS = ['http', 'tls', 'tcp'] as const;

export function virtualServicesOf(composition: Pick<Composition, 'all'>): readonly Cursor[] {
  return worldOf(composition).ofKind('networking.istio.io', 'VirtualService');
}

/** Routes of every protocol, in the order in which Istio asks them. */
export function routesOf(object: Cursor): readonly WrittenRoute[] {
  return PROTOCOLS.flatMap((protocol) =>
    itemsOf(down(object, 'spec', protocol)).map((at, index) => ({ protocol, index, at })),
  );
}

/** What a rule that looks at one route at a time finds. */
export function eachRoute<T>(
  composition: Pick<Composition, 'all'>,
  find: (object: Cursor, route: WrittenRoute) => readonly T[],
): T[] {
  return virtualServicesOf(composition).flatMap((object) =>
    routesOf(object).flatMap((route) => find(object, route)),
  );
}

/** `spec.http[1]`, as messages name a route. */
export function nameOfRoute({ protocol, index, at }: WrittenRoute): string {
  return text(down(at, 'name')).value || `${protocol}[${index}]`;
}

/** Where the routes send, copies included. */
export function destinationsOf(object: Cursor): readonly WrittenDestination[] {
  return routesOf(object).flatMap((route) => [
    ...splitOf(route).map(({ destination }) => destination),
    ...mirrorsOf(route.at).map((at) => readDestination(route, at, true)),
  ]);
}

/** The entries among which a route splits its requests, copies left out. */
export function splitOf(
  route: WrittenRoute,
): readonly { readonly entry: Cursor; readonly destination: WrittenDestination }[] {
  return itemsOf(down(route.at, 'route')).map((entry) => ({
    entry,
    destination: readDestination(route, down(entry, 'destination'), false),
  }));
}

/** `reviews subset v2`, as messages name a destination. */
export function nameOfDestination({
  host,
  subset,
}: Pick<WrittenDestination, 'host' | 'subset'>): string {
  return subset === '' ? host : `${host} subset ${subset}`;
}

/** `mirror`, the older form, and `mirrors`. */
export function mirrorsOf(route: Cursor): readonly Cursor[] {
  return [
    down(route, 'mirror'),
    ...itemsOf(down(route, 'mirrors')).map((mirror) => down(mirror, 'destination')),
  ].filter(exists);
}

function readDestination(route: WrittenRoute, at: Cursor, isMirror: boolean): WrittenDestination {
  const port = number(down(at, 'port', 'number'), 0).value;
  return {
    route,
    at,
    host: text(down(at, 'host')).value,
    port: port === 0 ? undefined : port,
    subset: text(down(at, 'subset')).value,
    isMirror,
  };
}

export function hostsOf(object: Cursor): readonly string[] {
  return texts(down(object, 'spec', 'hosts')).value;
}

/** The gateways that it names, `mesh` left out. */
export function gatewayRefsOf(object: Cursor) {
  return eachText(down(object, 'spec', 'gateways')).filter(({ value }) => value !== 'mesh');
}

/** It holds for sidecars. */
export function isInMesh(object: Cursor): boolean {
  const gateways = texts(down(object, 'spec', 'gateways')).value;
  return gateways.length === 0 || gateways.includes('mesh');
}

/** Namespaces that see it: `*` for all, else their names; one that is not known is empty. */
export function scopesOf(object: Cursor): readonly string[] {
  const exportTo = texts(down(object, 'spec', 'exportTo')).value;
  if (exportTo.length === 0 || exportTo.includes('*')) return ['*'];
  return exportTo.map((scope) => (scope === '.' ? object.object.namespace : scope));
}

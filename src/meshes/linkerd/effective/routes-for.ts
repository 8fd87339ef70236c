import type { RouteControl } from '../../../model/mesh-control.js';
import { locate, targetOf, type Cursor } from '../../../manifests/cursor.js';
import type { World } from '../../../manifests/kind.js';
import { withoutObject } from '../../../model/control.js';
import { compareOrders, matchesOf, orderOf, readMatch } from '../read/match.js';
import { policyOfRule, policyOfService, unsupportedFilters } from '../read/route-policy.js';
import { rulesOf, routesOf, type WrittenRoute } from '../written/routes.js';
import {
  findProfile,
  findService,
  portCalled,
  serviceNamed,
  type ServicePort,
} from '../written/services.js';
import { asRoute, destinationsOf } from './as-route.js';
import { routesOfProfile } from './profile-routes.js';

/** Calls to a port of a Service, from one namespace. */
export type ServiceCall = {
  readonly host: string;
  readonly port: number | undefined;
  /** Undefined where it is not known. */
  readonly consumer: string | undefined;
};

/** What acts on calls to a Service. */
export type ServiceRoutes = {
  readonly service: Cursor | undefined;
  readonly port: ServicePort | undefined;
  readonly profile: Cursor | undefined;
  /** Routes that are sent to clients; of those for one port either HTTP's or gRPC's. */
  readonly sent: readonly WrittenRoute[];
  /** HTTPRoutes that are not sent, since a GRPCRoute is there. */
  readonly unsent: readonly WrittenRoute[];
  readonly routes: readonly RouteControl[];
};

/** The precedence of what Linkerd reads: a ServiceProfile, then routes, then the Service itself. */
export function routesFor({ host, port, consumer }: ServiceCall, world: World): ServiceRoutes {
  const named = serviceNamed(host);
  const service = named === undefined ? undefined : findService(named, world);
  const called = portCalled(service, port);
  const none = { service, port: called, sent: [], unsent: [], routes: [], profile: undefined };
  if (named === undefined || called?.carries === 'opaque') return none;
  const profile = findProfile(named, consumer, world);
  if (profile !== undefined)
    return { ...none, profile, routes: routesOfProfile(profile, { host, port }) };
  const { sent, unsent } = sentTo({ ...named, port: called, consumer }, world);
  const taken = sent.flatMap((route) => controlsOf(route, service, host));
  if (taken.length > 0) return { ...none, sent, unsent, routes: inOrder(taken) };
  return { ...none, sent, unsent, routes: ofService(service, { host, port }) };
}

function sentTo(
  {
    name,
    namespace,
    port,
    consumer,
  }: {
    readonly name: string;
    readonly namespace: string;
    readonly port: ServicePort | undefined;
    readonly consumer: string | undefined;
  },
  world: World,
): Pick<ServiceRoutes, 'sent' | 'unsent'> {
  const attached = routesOf({ kind: 'Service', name, namespace }, world)
    .filter(
      ({ parent }) =>
        port === undefined || parent.port === undefined || parent.port === port.number,
    )
    .filter((route) => unsupportedFilters(route).length === 0);
  // A consumer's routes take the place of the provider's, for clients of its namespace.
  const own = attached.filter(
    ({ object, parent }) =>
      object.object.namespace === consumer && object.object.namespace !== parent.namespace,
  );
  const provided = attached.filter(
    ({ object, parent }) => object.object.namespace === parent.namespace,
  );
  const chosen = own.length > 0 ? own : provided;
  const [grpc, http] = ['GRPCRoute', 'HTTPRoute'].map((kind) =>
    chosen.filter((route) => route.kind === kind),
  );
  if (port?.carries === 'http') return { sent: http ?? [], unsent: grpc ?? [] };
  return (grpc ?? []).length > 0
    ? { sent: grpc ?? [], unsent: http ?? [] }
    : { sent: http ?? [], unsent: [] };
}

type Ordered = { readonly order: readonly number[]; readonly route: RouteControl };

/** A rule's matches are one route each, as more specific ones of other rules may come between. */
function controlsOf(written: WrittenRoute, service: Cursor | undefined, host: string): Ordered[] {
  const { object, kind, parent } = written;
  const namespace = object.object.namespace || undefined;
  return rulesOf(written).flatMap((rule, index) =>
    matchesOf(rule).map((match) => ({
      order: orderOf(match),
      route: asRoute(
        {
          host,
          target: targetOf(object),
          namespace,
          place: withoutObject(locate(rule)),
          holder: kind,
          name: `${object.object.name}.${index}`,
          port: parent.port,
          matches: [readMatch(match, kind)],
          destinations: destinationsOf(rule, namespace),
        },
        policyOfRule({ object, rule }, service),
      ),
    })),
  );
}

function inOrder(routes: readonly Ordered[]): readonly RouteControl[] {
  return [...routes]
    .sort((a, b) => compareOrders(a.order, b.order))
    .map(({ route }) => route)
    .reduce<RouteControl[]>(join, []);
}

/** Matches of one rule that follow each other are one route. */
function join(routes: RouteControl[], next: RouteControl): RouteControl[] {
  const last = routes.at(-1);
  if (last === undefined || last.target !== next.target || last.values.name !== next.values.name)
    return [...routes, next];
  const matches = [...last.values.matches, ...next.values.matches];
  return [...routes.slice(0, -1), { ...last, values: { ...last.values, matches } }];
}

/** A Service that says nothing of calls leaves them to the defaults. */
function ofService(
  service: Cursor | undefined,
  { host, port }: Pick<ServiceCall, 'host' | 'port'>,
): readonly RouteControl[] {
  const policy = policyOfService(service);
  const { retry, timeouts } = policy;
  const isSaid = retry ?? timeouts.request ?? timeouts.response ?? timeouts.idle;
  if (service === undefined || isSaid === undefined) return [];
  // Codes of gRPC are only looked at where a GRPCRoute is there.
  const http = retry?.http === undefined && retry?.grpc !== undefined ? undefined : retry;
  const route = asRoute(
    {
      host,
      target: targetOf(service),
      namespace: service.object.namespace || undefined,
      place: withoutObject(locate(service)),
      holder: 'Service',
      name: service.object.name,
      port,
      matches: [],
      destinations: [],
    },
    { timeouts, retry: http && { ...http, grpc: undefined } },
  );
  return [route];
}

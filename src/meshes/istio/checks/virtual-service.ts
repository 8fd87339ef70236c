import { quote } from '../../../model/text.js';
import {
  formatPath,
  type ManifestObject,
  type Problem,
  type ValuePath,
} from '../../../manifests/manifest-file.js';
import { checkExportTo } from './export-to.js';
import { problem, warning } from '../../../manifests/problem.js';
import { checkRetries, type Retries } from './retries.js';
import { checkTcpRoutes, checkTlsRoutes, type StreamRoute } from './stream-routes.js';
import { checkCors, checkFault, type Cors, type Fault } from './route-extras.js';
import {
  checkDuration,
  checkHost,
  checkNotNegative,
  checkPort,
  checkRegex,
  isDns1123Label,
} from '../../../manifests/values.js';

type StringMatch = { readonly exact?: string; readonly prefix?: string; readonly regex?: string };
type Match = {
  readonly uri?: StringMatch;
  readonly scheme?: StringMatch;
  readonly method?: StringMatch;
  readonly authority?: StringMatch;
  readonly headers?: Readonly<Record<string, StringMatch>>;
  readonly withoutHeaders?: Readonly<Record<string, StringMatch>>;
  readonly port?: number;
  readonly sourceNamespace?: string;
};
type Destination = {
  readonly host: string;
  readonly subset?: string;
  readonly port?: { readonly number?: number };
};
type Route = {
  readonly match?: readonly Match[];
  readonly route?: readonly { readonly destination: Destination; readonly weight?: number }[];
  readonly redirect?: object;
  readonly directResponse?: object;
  readonly delegate?: object;
  readonly timeout?: string;
  readonly retries?: Retries;
  readonly fault?: Fault;
  readonly corsPolicy?: Cors;
};
type Spec = {
  readonly hosts?: readonly string[];
  readonly gateways?: readonly string[];
  readonly exportTo?: readonly string[];
  readonly http?: readonly Route[];
  readonly tcp?: readonly StreamRoute[];
  readonly tls?: readonly StreamRoute[];
};

/** ValidateVirtualService. */
export function* checkVirtualService(object: ManifestObject): Generator<Problem> {
  // The schema has passed.
  const {
    hosts = [],
    gateways = ['mesh'],
    exportTo,
    http = [],
    tcp = [],
    tls = [],
  } = object.spec as Spec;
  for (const [index, host] of hosts.entries()) {
    const at = ['spec', 'hosts', index];
    if (/^[\d.]+$|:/.test(host)) continue;
    yield* checkHost(at, host);
    if (host === '*' && gateways.includes('mesh')) {
      yield problem(at, 'the host * is not allowed for routes within the mesh.');
    }
    if (hosts.indexOf(host) !== index) yield problem(at, `spec.hosts names ${quote(host)} twice.`);
  }
  yield* checkExportTo(object, exportTo);
  if (http.length + tcp.length + tls.length === 0) {
    yield problem(['spec'], 'a VirtualService must have http, tcp or tls routes.');
  }
  yield* checkTlsRoutes(tls, hosts);
  yield* checkTcpRoutes(tcp);
  for (const [index, route] of http.entries()) {
    yield* checkRoute(['spec', 'http', index], route);
    if (matchesAll(route) && index < http.length - 1) {
      yield warning(
        ['spec', 'http', index],
        `${formatPath(['spec', 'http', index])} takes every request: the routes after it are never used.`,
      );
    }
  }
}

function matchesAll({ match }: Route): boolean {
  return match === undefined || match.length === 0;
}

function* checkRoute(at: ValuePath, route: Route): Generator<Problem> {
  const place = formatPath(at);
  const targets = ['route', 'redirect', 'directResponse'].filter((key) => key in route);
  if (route.delegate === undefined && targets.length !== 1) {
    yield problem(at, `${place} must have one of route, redirect and directResponse.`);
  }
  for (const [index, match] of (route.match ?? []).entries()) {
    yield* checkMatch([...at, 'match', index], match);
  }
  yield* checkDuration([...at, 'timeout'], route.timeout);
  if (route.retries !== undefined) {
    yield* checkRetries([...at, 'retries'], route.retries, route.timeout);
  }
  if (route.fault !== undefined) yield* checkFault([...at, 'fault'], route.fault);
  yield* checkCors([...at, 'corsPolicy'], route.corsPolicy);
  yield* checkDestinations([...at, 'route'], route.route ?? []);
}

function* checkDestinations(
  at: ValuePath,
  destinations: NonNullable<Route['route']>,
): Generator<Problem> {
  let total = 0;
  for (const [index, { destination, weight }] of destinations.entries()) {
    const own = [...at, index, 'destination'];
    if (destination.host === '*')
      yield problem([...own, 'host'], 'a destination must be one host.');
    else yield* checkHost([...own, 'host'], destination.host);
    if (destination.subset !== undefined && !isDns1123Label(destination.subset)) {
      yield problem([...own, 'subset'], `${quote(destination.subset)} is no name of a subset.`);
    }
    yield* checkPort([...own, 'port', 'number'], destination.port?.number);
    yield* checkNotNegative([...at, index, 'weight'], weight);
    total += weight ?? 0;
  }
  if (destinations.length > 1 && total === 0) {
    yield problem(at, `the weights of ${formatPath(at)} must not add up to 0.`);
  }
}

function* checkMatch(at: ValuePath, match: Match): Generator<Problem> {
  yield* checkPort([...at, 'port'], match.port);
  yield* checkRegex([...at, 'uri', 'regex'], match.uri?.regex);
  for (const key of ['scheme', 'method', 'authority'] as const) {
    yield* checkStringMatch([...at, key], match[key]);
  }
  for (const key of ['headers', 'withoutHeaders'] as const) {
    for (const [name, value] of Object.entries(match[key] ?? {})) {
      const own = [...at, key, name];
      if (
        !/^(?::(?:method|scheme|authority|path|status)|@request\.auth\.claims.*|[-\w!#$%&'*+.^`|~]+)$/.test(
          name,
        )
      ) {
        yield problem(own, `${quote(name)} is no name of a header.`);
      }
      if (value.regex !== '*') yield* checkStringMatch(own, value);
    }
  }
  if (match.sourceNamespace !== undefined && !isDns1123Label(match.sourceNamespace)) {
    yield problem([...at, 'sourceNamespace'], `${quote(match.sourceNamespace)} is no namespace.`);
  }
}

function* checkStringMatch(at: ValuePath, match: StringMatch | undefined): Generator<Problem> {
  if (match?.prefix === '')
    yield problem([...at, 'prefix'], `${formatPath(at)}.prefix must not be empty.`);
  yield* checkRegex([...at, 'regex'], match?.regex);
}

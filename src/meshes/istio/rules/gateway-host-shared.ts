import { locate, targetOf, type Cursor } from '../../../manifests/cursor.js';
import { cite, type Report, type Rule } from '../../../rules/rule.js';
import { isUnresolved } from '../../../flow/selection.js';
import { describe, everything, readMatches, type WrittenMatch } from '../written/match-cover.js';
import {
  gatewayRefsOf,
  hostsOf,
  routesOf,
  virtualServicesOf,
} from '../written/virtual-services.js';

export const gatewayHostShared: Rule = {
  code: 'GATEWAY_HOST_SHARED',
  severity: 'warning',
  layer: 'mesh',
  title: 'Two VirtualServices of one gateway host have paths that overlap.',
  reads: ['mesh/objects'],
  why: 'A gateway puts the routes of all VirtualServices for a host behind each other, the oldest object first, and moves to the end only those that take every request (route.go, SortVHostRoutes; istio.io, "split large virtual services"). Which of two overlapping paths is asked first is then a matter of when they were made, and changes when one is made anew. A prefix takes every longer path, also "/apikeys" for "/api".',
  fix: 'Overlapping paths in one VirtualService, the longer first, or a root with delegates.',
  check: (composition) => {
    const claims = new Map<string, Claim[]>();
    for (const object of virtualServicesOf(composition)) {
      for (const claim of claimsOf(object)) {
        const known = claims.get(claim.where);
        if (known === undefined) claims.set(claim.where, [claim]);
        else known.push(claim);
      }
    }
    return [...claims.values()].flatMap(overlaps);
  },
};

type Claim = {
  /** Gateway and host. */
  readonly where: string;
  readonly host: string;
  readonly object: Cursor;
  readonly match: WrittenMatch;
};

/** HTTP matches by their path; those of hosts that are not known are left out. */
function claimsOf(object: Cursor): Claim[] {
  const { namespace } = object.object;
  const matches = routesOf(object)
    .filter(({ protocol }) => protocol === 'http')
    .flatMap(({ at }) => {
      const written = readMatches(at);
      return written.length === 0 ? [everything(at)] : written;
    });
  return gatewayRefsOf(object).flatMap(({ value }) =>
    hostsOf(object)
      .filter((host) => host !== '*' && !isUnresolved(host))
      .flatMap((host) => {
        const gateway = value.includes('/') ? value : `${namespace}/${value}`;
        return matches.map((match) => ({ where: `${gateway} ${host}`, host, object, match }));
      }),
  );
}

/** Looks up every beginning of each path among the prefixes of the others: as many steps as the paths are long. */
function overlaps(claims: readonly Claim[]): Report[] {
  const prefixes = new Map<string, Claim>();
  for (const claim of claims) {
    const { uri, compared, fixed } = claim.match;
    const isBare = compared.size === 0 && fixed.size === 0;
    if (isBare && uri.kind === 'prefix' && !prefixes.has(uri.value)) prefixes.set(uri.value, claim);
  }
  const seen = new Set<string>();
  return claims.flatMap((claim) => {
    const { uri } = claim.match;
    if (uri.kind !== 'prefix' && uri.kind !== 'exact') return [];
    const wide = beginningsOf(uri.value)
      .map((beginning) => prefixes.get(beginning))
      .find((one) => one !== undefined && isOther(one.object, claim.object));
    if (wide === undefined) return [];
    const pair = `${nameOf(claim.object)} ${nameOf(wide.object)}`;
    if (seen.has(pair)) return [];
    seen.add(pair);
    return [reportOf(claim, wide)];
  });
}

function beginningsOf(path: string): string[] {
  return Array.from(path, (_, index) => path.slice(0, path.length - index));
}

function isOther(a: Cursor, b: Cursor): boolean {
  return a.object.name !== b.object.name || a.object.namespace !== b.object.namespace;
}

function nameOf({ object }: Cursor): string {
  return `${object.namespace}/${object.name}`;
}

function reportOf({ match, host, object }: Claim, wide: Claim): Report {
  const place = locate(wide.match.at);
  const inside = match.uri.value.slice(wide.match.uri.value.length);
  const isAccident =
    inside !== '' && !inside.startsWith('/') && !wide.match.uri.value.endsWith('/');
  return {
    target: targetOf(object),
    at: locate(match.at),
    also: [place],
    message: `${targetOf(wide.object)} (${cite(place)}) takes ${describe(wide.match)} of ${host} at the same gateway, ${isAccident ? 'which is a beginning of' : 'and with it'} ${describe(match)}: the older of the two objects decides.`,
    fix: isAccident
      ? `End the prefix with a slash, or put both into one VirtualService, ${match.uri.value} first.`
      : `Put both into one VirtualService, ${match.uri.value} first.`,
  };
}

import {
  down,
  exists,
  itemsOf,
  locate,
  number,
  targetOf,
  text,
  type Cursor,
} from '../../../manifests/cursor.js';
import { cite, type Report, type Rule } from '../../../rules/rule.js';
import { readMatches } from '../written/match-cover.js';
import {
  eachRoute,
  mirrorsOf,
  nameOfRoute,
  type WrittenRoute,
} from '../written/virtual-services.js';

export const mirrorActs: Rule = {
  code: 'MIRROR_ACTS',
  severity: 'warning',
  layer: 'mesh',
  title: 'Requests that change something are mirrored to where they act again.',
  reads: ['mesh/objects'],
  why: 'A mirror gets a copy of every request, POST included, and its answer is thrown away; without mirrorPercentage it is every request (virtual_service.proto, HTTPRoute.mirror). Sent to the host and subset of the route itself, it doubles the load and does everything twice.',
  fix: 'Mirror to a copy with its own data, reading methods alone, or a percentage.',
  check: (composition) => eachRoute(composition, checkRoute),
};

function checkRoute(object: Cursor, route: WrittenRoute): Report[] {
  const matches = readMatches(route.at);
  const readsOnly =
    matches.length > 0 &&
    matches.every(({ compared }) =>
      /^(?:GET|HEAD|OPTIONS)$/.test(compared.get('method')?.value ?? ''),
    );
  if (readsOnly) return [];
  const [entry, ...others] = itemsOf(down(route.at, 'route'));
  // Beside a split, the mirror is the version that is being tried.
  if (entry === undefined || others.length > 0) return [];
  const same = down(entry, 'destination');
  return mirrorsOf(route.at).flatMap((mirror) => {
    const percent = percentOf(route.at, mirror);
    if (nameOf(same) !== nameOf(mirror) || percent === 0) return [];
    const place = locate(same);
    return [
      {
        target: targetOf(object),
        at: locate(mirror),
        also: [place],
        message: `${nameOfRoute(route)} mirrors ${percent} % of its requests, POST included, to ${text(down(mirror, 'host')).value}, where it sends them anyway (${cite(place)}): each of them acts twice.`,
        fix: 'Mirror to a separate Service or subset, or take mirror out.',
      },
    ];
  });
}

function nameOf(destination: Cursor): string {
  return ['host', 'subset'].map((key) => text(down(destination, key)).value).join(' ');
}

function percentOf(route: Cursor, mirror: Cursor): number {
  // An entry of `mirrors` has its own; `mirror` that of the route.
  const isEntry = mirror.at.includes('mirrors');
  const own = isEntry
    ? down(route, ...mirror.at.slice(route.at.length, -1), 'percentage', 'value')
    : down(route, 'mirrorPercentage', 'value');
  const older = down(route, 'mirror_percent');
  if (exists(own)) return number(own, 100).value;
  return isEntry ? 100 : number(older, 100).value;
}

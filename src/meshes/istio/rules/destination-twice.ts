import { down, entriesOf, locate, targetOf, type Cursor } from '../../../manifests/cursor.js';
import { cite, type Report, type Rule } from '../../../rules/rule.js';
import {
  eachRoute,
  nameOfDestination,
  nameOfRoute,
  splitOf,
  type WrittenRoute,
} from '../written/virtual-services.js';

export const destinationTwice: Rule = {
  code: 'DESTINATION_TWICE',
  severity: 'warning',
  layer: 'mesh',
  title: 'A route splits its requests between a destination and itself.',
  reads: ['mesh/objects'],
  why: 'Two entries of one route with the same host, subset and port are one destination with the sum of their weights: what was to be a split between versions is none (KIA1105).',
  fix: 'The subset, or the host, of the other version in one of them.',
  check: (composition) => eachRoute(composition, checkRoute),
};

function checkRoute(object: Cursor, route: WrittenRoute): Report[] {
  const seen = new Map<string, Cursor>();
  return splitOf(route).flatMap(({ entry, destination }): Report[] => {
    const key = `${nameOfDestination(destination)} ${destination.port ?? ''}`;
    // Entries that change headers differ in these.
    if (destination.host === '' || entriesOf(down(entry, 'headers')).length > 0) return [];
    const other = seen.get(key);
    if (other === undefined) {
      seen.set(key, entry);
      return [];
    }
    const place = locate(other);
    return [
      {
        target: targetOf(object),
        at: locate(entry),
        also: [place],
        message: `${nameOfRoute(route)} has ${nameOfDestination(destination)} twice (${cite(place)}): the two are one destination with both weights.`,
        fix: 'Name the other version in one of them, or take one out.',
      },
    ];
  });
}

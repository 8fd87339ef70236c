import {
  down,
  entriesOf,
  itemsOf,
  locate,
  number,
  targetOf,
  text,
  type Cursor,
} from '../../../manifests/cursor.js';
import { cite, type Report, type Rule } from '../../../rules/rule.js';
import {
  nameOfRoute,
  routesOf,
  virtualServicesOf,
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
  check: (composition) =>
    virtualServicesOf(composition).flatMap((object) =>
      routesOf(object).flatMap((route) => checkRoute(object, route)),
    ),
};

function checkRoute(object: Cursor, route: WrittenRoute): Report[] {
  const seen = new Map<string, Cursor>();
  return itemsOf(down(route.at, 'route')).flatMap((entry): Report[] => {
    const destination = down(entry, 'destination');
    const [host, subset] = ['host', 'subset'].map((key) => text(down(destination, key)).value);
    const port = number(down(destination, 'port', 'number'), 0).value;
    const key = `${host ?? ''} ${subset ?? ''} ${port}`;
    // Entries that change headers differ in these.
    if (host === '' || entriesOf(down(entry, 'headers')).length > 0) return [];
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
        message: `${nameOfRoute(route)} has ${host ?? ''}${subset === '' ? '' : ` subset ${subset ?? ''}`} twice (${cite(place)}): the two are one destination with both weights.`,
        fix: 'Name the other version in one of them, or take one out.',
      },
    ];
  });
}

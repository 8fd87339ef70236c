import { down, exists, type Cursor } from '../../../manifests/cursor.js';
import { covers, everything, readMatches, type WrittenMatch } from './match-cover.js';
import { routesOf, type WrittenRoute } from './virtual-services.js';

/** A match that another one leaves nothing for. */
export type DeadMatch = {
  readonly match: WrittenMatch;
  readonly by: WrittenMatch;
  /** The route of the other one. */
  readonly of: WrittenRoute;
};

export type RouteOrder = {
  readonly route: WrittenRoute;
  readonly dead: readonly DeadMatch[];
  /** None of its matches is left. */
  readonly isDead: boolean;
};

/** The routes of a VirtualService of which some match is never met, since an earlier one takes all of it. */
export function deadMatchesOf(object: Cursor): readonly RouteOrder[] {
  const found: RouteOrder[] = [];
  const seen: { readonly match: WrittenMatch; readonly of: WrittenRoute }[] = [];
  for (const route of routesOf(object)) {
    const written = readMatches(route.at);
    const matches = written.length === 0 ? [everything(route.at)] : written;
    const dead: DeadMatch[] = [];
    for (const match of matches) {
      const other = seen.find(
        (one) => one.of.protocol === route.protocol && covers(one.match, match),
      );
      if (other !== undefined) dead.push({ match, by: other.match, of: other.of });
      // What a delegate takes depends on its own routes.
      else if (!exists(down(route.at, 'delegate'))) seen.push({ match, of: route });
    }
    const isDead =
      matches.length > 0 && dead.length === matches.length && dead.every(({ of }) => of !== route);
    if (dead.length > 0) found.push({ route, dead, isDead });
  }
  return found;
}

import { withoutObject, type Value } from '../../../model/control.js';
import type { RouteControl } from '../../../model/mesh-control.js';
import {
  down,
  exists,
  flag,
  itemsOf,
  locate,
  targetOf,
  text,
  type Cursor,
} from '../../../manifests/cursor.js';
import { readMatch } from '../read/match.js';
import { parseLength, repeatsOf } from '../read/grammar.js';
import { asRoute } from './as-route.js';

/** Tries that a route which may be retried was seen to make of one call that always failed (measured). */
export const TRIES_OF_PROFILE = 95;

/** Routes of a ServiceProfile, which nothing but a budget for all calls together limits. */
export function routesOfProfile(
  profile: Cursor,
  { host, port }: { readonly host: string; readonly port: number | undefined },
): readonly RouteControl[] {
  return itemsOf(down(profile, 'spec', 'routes')).map((route, index) => {
    const isRetryable = flag(down(route, 'isRetryable'), false);
    const timeout = down(route, 'timeout');
    const parsed = parseLength(text(timeout).value);
    const request: Value<number> | undefined =
      exists(timeout) && parsed.kind === 'read'
        ? { value: parsed.value, basis: 'written', place: locate(timeout) }
        : undefined;
    const method = down(route, 'condition', 'method');
    const path = text(down(route, 'condition', 'pathRegex'), '').value;
    const made = asRoute(
      {
        host,
        target: targetOf(profile),
        namespace: profile.object.namespace || undefined,
        place: withoutObject(locate(route)),
        holder: 'ServiceProfile',
        name: text(down(route, 'name'), `route ${index}`).value,
        port,
        matches: [
          {
            ...readMatch(down(profile, 'spec', 'no-match'), 'HTTPRoute'),
            methods: exists(method) ? [text(method).value] : undefined,
            isPartial: !['', '/.*', '.*'].includes(path),
          },
        ],
        destinations: [],
      },
      { retry: undefined, timeouts: { request, response: undefined, idle: undefined } },
    );
    if (!isRetryable.value) return made;
    return { ...made, values: { ...made.values, ...retryable(isRetryable) } };
  });
}

/** Answers of 5xx are failures unless responseClasses say otherwise. */
function retryable(
  isRetryable: Value<boolean>,
): Pick<RouteControl['values'], 'attempts' | 'retryOn' | 'repeats'> {
  const statuses = [{ from: 500, to: 599 }];
  return {
    attempts: { ...isRetryable, value: TRIES_OF_PROFILE - 1 },
    retryOn: { ...isRetryable, value: ['5xx'] },
    repeats: repeatsOf({ statuses, words: [], cutsTries: false }),
  };
}

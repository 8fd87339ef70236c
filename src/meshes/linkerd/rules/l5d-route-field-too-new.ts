import { down, exists, itemsOf, locate, targetOf, text } from '../../../manifests/cursor.js';
import type { Report, Rule } from '../../../rules/rule.js';
import { linkerdWorld, routesTo } from '../written/annotated.js';
import { rulesOf, type WrittenRoute } from '../written/routes.js';
import { unsupportedFilters } from '../read/route-policy.js';

/** Fields of a rule that came after Gateway API 1.2.1. */
const NEWER = ['sessionPersistence'];

export const l5dRouteFieldTooNew: Rule = {
  code: 'L5D_ROUTE_FIELD_TOO_NEW',
  severity: 'error',
  layer: 'mesh',
  title: 'A route has a filter or a field for which Linkerd ignores it whole.',
  reads: ['mesh/objects'],
  why: 'Linkerd reads the fields of Gateway API 1.2.1. A route with URLRewrite, RequestMirror or ExtensionRef fails to be converted and is skipped, one with a newer field or value is ignored whole; the webhook admits what it cannot parse, and there is only a line in a log (features/gateway-api; admission.rs, lenient).',
  fix: 'Header modifiers and redirects are all that Linkerd knows; the rest belongs to a gateway or to the application.',
  check: (composition) => {
    const world = linkerdWorld(composition);
    return (world === undefined ? [] : routesTo('Service', world)).flatMap(checkRoute);
  },
};

function checkRoute(route: WrittenRoute): Report[] {
  const target = targetOf(route.object);
  const filters = unsupportedFilters(route).map((type) => ({
    at: type,
    what: `filter ${text(type).value}`,
  }));
  const fields = rulesOf(route).flatMap((rule) =>
    NEWER.map((name) => ({ at: down(rule, name), what: `field ${name}` })),
  );
  const shares = rulesOf(route)
    .flatMap((rule) => itemsOf(down(rule, 'filters')))
    .flatMap((filter) => ['percent', 'fraction'].map((name) => down(filter, 'requestMirror', name)))
    .map((at) => ({ at, what: `field requestMirror.${String(at.at.at(-1))}` }));
  return [...filters, ...fields, ...shares]
    .filter(({ at }) => exists(at))
    .map(({ at, what }) => ({
      target,
      at: locate(at),
      message: `For ${what} Linkerd ignores ${target} whole: its rules, timeouts and retries do not act on calls in the mesh.`,
      fix: `Take the ${what} out.`,
    }));
}

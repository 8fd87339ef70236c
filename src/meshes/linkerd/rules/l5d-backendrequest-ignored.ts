import { down, exists, locate, targetOf } from '../../../manifests/cursor.js';
import { removeValue, type Rule } from '../../../rules/rule.js';
import { RETRY, TIMEOUT } from '../read/annotations.js';
import { isSharedWithIstio, linkerdWorld, routesTo } from '../written/annotated.js';
import { rulesOf } from '../written/routes.js';

export const l5dBackendrequestIgnored: Rule = {
  code: 'L5D_BACKENDREQUEST_IGNORED',
  severity: 'error',
  layer: 'mesh',
  title: 'A rule has a timeout of one try, or retries, that Linkerd does not read.',
  reads: ['mesh/objects'],
  why: 'Of timeouts Linkerd reads request alone, and of retry nothing: neither does anything, without a word in the status of the route (policy-controller/k8s/index; its page of HTTPRoute says otherwise).',
  fix: 'Annotations on the route: retry.linkerd.io/http, limit and timeout.',
  check: (composition) => {
    const world = linkerdWorld(composition);
    // Where Istio reads the route too, the field may be for it.
    if (world === undefined || isSharedWithIstio(composition)) return [];
    return routesTo('Service', world).flatMap((route) =>
      rulesOf(route).flatMap((rule) =>
        [down(rule, 'timeouts', 'backendRequest'), down(rule, 'retry')].filter(exists).map((at) => {
          const isRetry = at.at.at(-1) === 'retry';
          return {
            target: targetOf(route.object),
            at: locate(at),
            message: isRetry
              ? 'Linkerd does not read retry: nothing is repeated.'
              : 'Linkerd does not read timeouts.backendRequest: no try has a limit.',
            fix: isRetry
              ? `${RETRY}http and ${RETRY}limit on the route.`
              : `${RETRY}timeout on the route for one try, ${TIMEOUT}request or timeouts.request for the call.`,
            edits: removeValue({ place: locate(at) }),
          };
        }),
      ),
    );
  },
};

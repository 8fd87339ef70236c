import { locate, targetOf } from '../../../manifests/cursor.js';
import { cite, type Rule } from '../../../rules/rule.js';
import { worldOf } from '../../world.js';
import { attachmentsOf, refusalOf } from '../listeners.js';

export const gwapiNotAttached: Rule = {
  code: 'GWAPI_NOT_ATTACHED',
  severity: 'error',
  layer: 'mesh',
  title: 'No listener of the Gateway takes the route.',
  reads: ['mesh/objects'],
  why: 'A route serves requests of the listeners that it is attached to: those that sectionName and port mean, that allow its namespace (by default that of the Gateway) and its kind, and whose hostname meets one of its own. Without any it is not accepted (conditions NoMatchingParent, NotAllowedByListeners, NoMatchingListenerHostname), and nothing else says so.',
  fix: 'The name of a listener, allowedRoutes for the namespace of the route, or hostnames that meet.',
  check: (composition) =>
    attachmentsOf(worldOf(composition)).flatMap((attachment) => {
      const refusal = refusalOf(attachment);
      if (refusal === undefined) return [];
      const { route, parent, gateway } = attachment;
      const place = locate(gateway);
      return [
        {
          target: targetOf(route),
          at: locate(parent),
          also: [place],
          message: `Gateway ${gateway.object.name} (${cite(place)}) does not take it: ${refusal}.`,
          fix: 'A listener that takes the route, or another parentRef.',
        },
      ];
    }),
};

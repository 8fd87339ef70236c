import { isOfGatewayApi } from '../effective/of-gateway-api.js';
import type { RouteControl } from '../../../model/mesh-control.js';
import type { Composition } from '../../../flow/composition.js';
import { registryOf } from '../../../flow/registry.js';
import { isShortHost } from '../../../flow/selection.js';
import { isExported } from '../effective/lookup.js';
import { cite, type Report, type Rule } from '../../../rules/rule.js';

export const exportScope: Rule = {
  code: 'EXPORT_SCOPE',
  severity: 'error',
  layer: 'mesh',
  title: 'A policy is not visible where the calls are made, or two claim the same host.',
  reads: ['mesh/route'],
  why: 'exportTo decides which namespaces see an object. Of several VirtualServices for one host a sidecar uses one, the oldest, and ignores the others (IST0109; measured with two consumers in one namespace).',
  fix: "exportTo with the callers' namespace; one VirtualService a host and namespace, or sourceLabels that tell the consumers apart.",
  check: (composition) => [...hidden(composition), ...disputed(composition)],
};

function hidden({ all, flows }: Composition): Report[] {
  return flows.flatMap(({ call, namespace, host, name, routes }) => {
    if (call === undefined || routes.length > 0) return [];
    const found = registryOf(all).routes(host);
    const meant = (found.kind === 'found' ? found.items : []).find(
      (route) =>
        // Istio says on whom an HTTPRoute acts: callers of its namespace, or all of its own Service.
        !isOfGatewayApi(route) && !isExported(route.values.exportTo, route.namespace, namespace),
    );
    if (meant === undefined) return [];
    return [
      {
        target: name,
        at: meant.values.hostsPlace.place,
        also: [call.place],
        message: `${meant.target} is exported to ${meant.values.exportTo.join(', ')} of ${meant.namespace ?? 'its namespace'}, and the calls to ${name} are made in ${namespace ?? 'another'}: it never acts on them.`,
        fix: `exportTo: ["${namespace ?? '*'}"]`,
      },
    ];
  });
}

function disputed({ all }: Composition): Report[] {
  const first = new Map<string, RouteControl>();
  const reports = new Map<string, Report>();
  for (const route of all('mesh/route')) {
    // The HTTPRoutes of a namespace are joined, and between them and a VirtualService there is an order.
    if (!route.values.inMesh || isOfGatewayApi(route)) continue;
    for (const [host, scope] of placesOf(route)) {
      const key = `${host} ${scope} ${consumerOf(route)}`;
      const other = first.get(key);
      if (other === undefined) first.set(key, route);
      else if (other.target !== route.target || other.namespace !== route.namespace) {
        reports.set(`${route.namespace ?? ''}/${route.target}`, {
          target: route.target,
          ...(isGuess(host, route, other) && { severity: 'info' as const }),
          at: route.values.hostsPlace.place,
          also: [other.values.hostsPlace.place],
          message: `${route.target} and ${other.target} (${cite(other.values.hostsPlace.place)}) both hold for ${host} in ${scope}: the older one wins, the other never acts.`,
          fix: 'Join them, or tell the consumers apart: exportTo ["."] and sourceLabels on every route.',
        });
      }
    }
  }
  return [...reports.values()];
}

/** Each host with the namespaces in which the route acts. */
function placesOf({ namespace, values: { hosts, exportTo } }: RouteControl): [string, string][] {
  const scopes = exportTo.includes('*')
    ? ['every namespace']
    : exportTo.map((scope) => (scope === '.' ? (namespace ?? 'its namespace') : scope));
  return hosts.flatMap((host) => scopes.map((scope): [string, string] => [host, scope]));
}

/** Two files that do not say their namespace may be applied to two. */
function isGuess(host: string, route: RouteControl, other: RouteControl): boolean {
  return isShortHost(host) && route.place.file !== other.place.file;
}

/** The consumer that a route's labels single out; empty when any may use it. */
function consumerOf({ values }: RouteControl): string {
  const labels = values.matches.map(({ sourceLabels }) => JSON.stringify(sourceLabels));
  return labels.length === 0 || labels.includes('{}') ? '' : [...new Set(labels)].sort().join();
}

import type { Composition } from '../../../flow/composition.js';
import { matchesHost, namespaceOfHost } from '../../../flow/selection.js';
import { ROOT_NAMESPACE } from '../effective/lookup.js';
import type { Rule } from '../../../rules/rule.js';

export const vsHostUnknown: Rule = {
  code: 'VS_HOST_UNKNOWN',
  severity: 'error',
  layer: 'mesh',
  title: 'A route leads to a host that is not in the registry.',
  reads: ['mesh/route'],
  why: 'A destination that no Service or ServiceEntry names has no cluster: every request is 503 with an empty body (NC; measured; IST0101, KIA1101).',
  fix: 'The full name of a Service, or a ServiceEntry for the host.',
  check: (composition) =>
    composition.all('mesh/route').flatMap(({ target, values }) =>
      [...values.destinations, ...values.mirrors].flatMap((destination) => {
        const { host } = destination;
        const isCopy = values.mirrors.includes(destination);
        if (host.value.includes('*') || isKnown(host.value, composition)) return [];
        return [
          {
            target,
            at: host.place,
            message: `Route ${values.name} ${isCopy ? 'mirrors' : 'sends'} to ${host.value}, which no Service or ServiceEntry here names: ${isCopy ? 'no copy arrives' : 'every request is 503'}.`,
            fix: 'Name a Service by <name>.<namespace>.svc.cluster.local, or add a ServiceEntry.',
          },
        ];
      }),
    ),
};

/** What stands in other repositories cannot be seen: only a namespace whose Services are here is known whole. */
function isKnown(host: string, { all, flows }: Composition): boolean {
  if (flows.some(({ call }) => call?.values.host === host && !call.values.external)) return true;
  if (
    all('mesh/entry').some(({ values }) =>
      values.hosts.some((pattern) => matchesHost(pattern, host)),
    )
  )
    return true;
  const services = all('mesh/service');
  if (services.some(({ values }) => values.host === host)) return true;
  const namespace = namespaceOfHost(host);
  // Half a name is SHORT_NAME's, and names of another domain are those of another cluster.
  if (namespace !== '' && !host.endsWith('.svc.cluster.local')) return true;
  // Istio's own Services come with its installation, and are in nobody's manifests.
  if (namespace === ROOT_NAMESPACE) return true;
  if (namespace !== '') {
    const own = services.some((service) => service.namespace === namespace);
    // A service declared by scaffold.yaml is one of many in its namespace.
    return !own || all('app/server').length > 0;
  }
  return all('mesh/entry').length === 0 && all('app/server').length === 0;
}

import type { Composition } from '../../../flow/composition.js';
import { registryOf } from '../../../flow/registry.js';
import {
  isInCluster,
  isShortHost,
  isUnresolved,
  namespaceOfHost,
} from '../../../flow/selection.js';
import { perSelector } from '../../../flow/selector.js';
import { ROOT_NAMESPACE } from '../effective/lookup.js';
import type { Rule } from '../../../rules/rule.js';

export const vsHostUnknown: Rule = {
  code: 'VS_HOST_UNKNOWN',
  severity: 'error',
  layer: 'mesh',
  title: 'A route leads to a host that is not in the registry.',
  reads: ['mesh/route'],
  why: 'A destination that no Service or ServiceEntry names has no cluster: every request is 503 with an empty body (NC; measured; IST0101, KIA1101). An error only where the manifests surely hold the whole namespace: a dump of the cluster, a kustomization that was built, a generated service.',
  fix: 'The full name of a Service, or a ServiceEntry for the host.',
  check: (composition) =>
    composition.all('mesh/route').flatMap(({ target, values }) =>
      [...values.destinations, ...values.mirrors].flatMap((destination) => {
        const { host } = destination;
        const isCopy = values.mirrors.includes(destination);
        const certainty = judge(host.value, composition);
        if (certainty === 'silent') return [];
        const leads = `Route ${values.name} ${isCopy ? 'mirrors' : 'sends'} to ${host.value}, which no Service or ServiceEntry here names`;
        // A Gateway API route answers by itself where a backend is missing.
        const status = values.holder === 'HTTPRoute' ? 500 : 503;
        const effect = isCopy ? 'no copy arrives' : `every request is ${status}`;
        return [
          {
            target,
            at: host.place,
            severity: certainty === 'sure' ? ('error' as const) : ('info' as const),
            message:
              certainty === 'sure'
                ? `${leads}: ${effect}.`
                : `${leads}: unless it is defined elsewhere, ${effect}.`,
            fix: 'Name a Service by <name>.<namespace>.svc.cluster.local, or add a ServiceEntry.',
          },
        ];
      }),
    ),
};

/** What is in other repositories cannot be seen: it is worth a word where the host's neighbours are here. */
function judge(host: string, { all, flows }: Composition): 'sure' | 'perhaps' | 'silent' {
  if (host === '' || host.includes('*') || isUnresolved(host)) return 'silent';
  if (flows.some(({ call }) => call?.values.host === host && !call.values.external))
    return 'silent';
  const named = registryOf(all).named(host);
  if (named.kind === 'found') return 'silent';
  if (isShortHost(host)) {
    if (named.kind === 'absent') return 'sure';
    return namespacesOfServices(all).has(undefined) ? 'perhaps' : 'silent';
  }
  const namespace = namespaceOfHost(host);
  // Istio's own Services come with its installation, and are in no one's manifests.
  if (namespace === ROOT_NAMESPACE) return 'silent';
  // Half a name is SHORT_NAME's, and names of another domain are those of another cluster.
  if (namespace !== '' && !isInCluster(host)) return 'silent';
  if (named.kind === 'absent') return 'sure';
  const hasNeighbours =
    namespace === ''
      ? all('mesh/entry').length > 0
      : all('app/server').length === 0 && namespacesOfServices(all).has(namespace);
  return hasNeighbours ? 'perhaps' : 'silent';
}

const namespacesOfServices = perSelector(
  (all) => new Set(all('mesh/service').map(({ namespace }) => namespace)),
);

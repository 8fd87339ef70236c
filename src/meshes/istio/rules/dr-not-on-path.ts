import { registryOf } from '../../../flow/registry.js';
import { namespaceOfHost } from '../../../flow/selection.js';
import { ROOT_NAMESPACE } from '../effective/lookup.js';
import type { Rule } from '../../../rules/rule.js';

export const drNotOnPath: Rule = {
  code: 'DR_NOT_ON_PATH',
  severity: 'error',
  layer: 'mesh',
  title: 'A DestinationRule stands in a namespace where no proxy looks for it.',
  reads: ['mesh/trafficPolicy', 'mesh/workload'],
  why: "A sidecar looks in its own namespace, then in the service's, then in the root namespace (push_context.go, destinationRule; measured: one in a third namespace is ignored).",
  fix: 'Move it to the namespace of the callers, or of the service.',
  check: ({ all, server }) => {
    const callers = new Set(all('mesh/workload').map(({ namespace }) => namespace));
    for (const { namespace } of all('app/call')) callers.add(namespace);
    return all('mesh/trafficPolicy')
      .filter(({ values }) => values.level === 'destination')
      .flatMap(({ target, namespace, values: { host, exportTo } }) => {
        const home = namespaceOfHost(host.value);
        const isRead =
          namespace === undefined ||
          callers.has(undefined) ||
          callers.has(namespace) ||
          namespace === home ||
          namespace === ROOT_NAMESPACE ||
          // For callers of its own namespace: it says so.
          (server === undefined && exportTo.every((scope) => scope === '.'));
        if (home === '' || isRead) return [];
        return [
          {
            target,
            at: host.place,
            // Without a declaration the callers of that namespace may stand in another repository.
            ...(server === undefined && {
              severity: registryOf(all).isWhole(namespace)
                ? ('warning' as const)
                : ('info' as const),
            }),
            message: `The DestinationRule for ${host.value} stands in namespace ${namespace}: sidecars look in ${[...callers, home].filter((name, index, names) => names.indexOf(name) === index).join(', ')} and ${ROOT_NAMESPACE} only.`,
            fix: `metadata.namespace: ${[...callers][0] ?? home}`,
          },
        ];
      });
  },
};

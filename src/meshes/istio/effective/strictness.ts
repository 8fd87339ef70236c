import type { Labels, MtlsControl } from '../../../model/mesh-control.js';
import type { Value } from '../../../model/control.js';
import type { Composition } from '../../../flow/composition.js';
import { isSelected } from '../../../flow/selection.js';
import { addTo, perSelector, type Selector } from '../../../flow/selector.js';
import { ROOT_NAMESPACE } from './lookup.js';

/** What a sidecar accepts: its mode, and that of ports of the pod that have one of their own. */
export type Strictness = {
  readonly values: {
    readonly mode: Value<string>;
    readonly ports: Readonly<Record<string, string>>;
  };
};

const byNamespace = perSelector((all) => {
  const found = new Map<string | undefined, MtlsControl[]>();
  for (const policy of all('mesh/mtls')) addTo(found, policy.namespace, policy);
  return found;
});

/** Those of a namespace, then those that may be of it. */
function policiesIn(namespace: string | undefined, all: Selector): readonly MtlsControl[] {
  if (namespace === undefined) return all('mesh/mtls');
  const found = byNamespace(all);
  return [...(found.get(namespace) ?? []), ...(found.get(undefined) ?? [])];
}

/**
 * What holds for a workload: its own PeerAuthentication, then its namespace's, then the mesh's; each takes the mode
 * of the next where it sets none (policy_applier.go, ComposePeerAuthentication). Undefined where nothing is said:
 * Istio's default is PERMISSIVE.
 */
export function peerAuthenticationOf(
  {
    namespace,
    labels,
  }: { readonly namespace: string | undefined; readonly labels: Labels | undefined },
  { all }: Pick<Composition, 'all'>,
): Strictness | undefined {
  const own = policiesIn(namespace, all);
  const workload = own.find(
    (policy) =>
      hasSelector(policy) && labels !== undefined && isSelected(policy.values.selector, labels),
  );
  const inherited = [
    own.find((policy) => !hasSelector(policy)),
    policiesIn(ROOT_NAMESPACE, all).find(
      (policy) => policy.namespace === ROOT_NAMESPACE && !hasSelector(policy),
    ),
  ];
  const known = [workload, ...inherited].filter((policy) => policy !== undefined);
  const [first] = known;
  if (first === undefined) return undefined;
  const said = known.find(({ values }) => values.mode.value !== 'UNSET')?.values.mode;
  const ports = Object.entries(workload?.values.ports ?? {}).filter(([, mode]) => mode !== 'UNSET');
  if (said === undefined && ports.length === 0) return undefined;
  return {
    values: {
      mode: said ?? { ...first.values.mode, value: 'PERMISSIVE' },
      ports: Object.fromEntries(ports),
    },
  };
}

function hasSelector({ values }: MtlsControl): boolean {
  return Object.keys(values.selector ?? {}).length > 0;
}

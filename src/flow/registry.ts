import type {
  EntryControl,
  Labels,
  RouteControl,
  TrafficPolicyControl,
} from '../model/mesh-control.js';
import type { ServiceControl, WorkloadControl } from '../model/workload-control.js';
import { indexByHost, type HostIndex } from './host-index.js';
import {
  isInCluster,
  isSelected,
  isShortHost,
  isUnresolved,
  namespaceOfHost,
  sharesNamespace,
} from './selection.js';
import { addTo, perSelector, type Selector } from './selector.js';

/**
 * What is known of something that a manifest names. `absent` is certain: the manifests hold all there is of the
 * namespace, and it is not among them. `unknown`: it may be in manifests that were not given, or its name is
 * completed later.
 */
export type Answer<T> =
  | { readonly kind: 'found'; readonly items: readonly T[] }
  | { readonly kind: 'absent' }
  | { readonly kind: 'unknown' };

export type Registry = {
  /** Services of a host. More than one where a namespace is not known; those that surely are meant come first. */
  readonly services: (host: string) => Answer<ServiceControl>;
  /** Objects that add the host to the mesh's registry from outside, patterns included. */
  readonly entries: (host: string) => Answer<EntryControl>;
  /** Whether calls to the host have anywhere to go: a Service or an entry names it. */
  readonly named: (host: string) => Answer<ServiceControl | EntryControl>;
  /** Traffic policies for the host, all their levels. */
  readonly policies: (host: string) => Answer<TrafficPolicyControl>;
  /** Routes of sidecars for the host. */
  readonly routes: (host: string) => Answer<RouteControl>;
  /** Pods that labels select in a namespace. */
  readonly workloads: (labels: Labels, namespace: string | undefined) => Answer<WorkloadControl>;
  /** Pods behind the Services of a host; absent where they surely have none. */
  readonly workloadsOf: (host: string) => Answer<WorkloadControl>;
  /** True when the manifests surely hold everything of a namespace. */
  readonly isWhole: (namespace: string | undefined) => boolean;
};

/**
 * The lookup that rules share: is there a Service, an entry, a policy, a pod for this host?
 *
 * How to use it:
 * - Ask `registryOf(composition.all)`: it is made once, and to ask costs no walk through all manifests. A rule that
 *   calls `all(...).find(...)` for each of its objects costs the square of their number.
 * - Give it the host as the control has it. A short name has then been completed by the namespace of the object that
 *   holds it, which is the namespace that a sidecar sees it from; where that namespace is not known the host is
 *   still short (`isShortHost`) and means the service of that name in any namespace.
 * - `found`: there is one, as far as the manifests say. Never write a namespace of `items` into a file unless
 *   both namespaces are defined: the match may be a guess.
 * - `absent`: surely none. Only this may be an error.
 * - `unknown`: say nothing, or at most info.
 * - Compare namespaces of controls with `sharesNamespace`, hosts with `matchesHost`. `export` and Sidecar scopes are
 *   not asked here: filter `items` by them.
 */
export const registryOf = perSelector(createRegistry);

function createRegistry(all: Selector): Registry {
  const services = lazily(() => indexByHost(all('mesh/service'), ({ values }) => [values.host]));
  const entries = lazily(() => indexByHost(all('mesh/entry'), ({ values }) => values.hosts));
  const policies = lazily(() =>
    indexByHost(all('mesh/trafficPolicy'), ({ values }) => [values.host.value]),
  );
  const routes = lazily(() =>
    indexByHost(
      all('mesh/route').filter(({ values }) => values.inMesh),
      ({ values }) => values.hosts,
    ),
  );
  const pods = lazily(() => indexByLabel(all('mesh/workload')));
  const extents = all('mesh/extent').map(({ values }) => values);
  const isWhole = (namespace: string | undefined): boolean =>
    extents.some(({ namespaces }) => namespaces === 'every' || namespaces.has(namespace));
  const isWholeFor = (host: string): boolean => {
    if (isUnresolved(host)) return false;
    if (isShortHost(host)) return isWhole(undefined);
    if (isInCluster(host)) return isWhole(namespaceOfHost(host));
    return extents.some(({ hasOutside }) => hasOutside);
  };
  const answer = <T>(items: readonly T[], isKnown: boolean): Answer<T> => {
    if (items.length > 0) return { kind: 'found', items };
    return { kind: isKnown ? 'absent' : 'unknown' };
  };
  /** Names that a tool completes later match nothing but a pattern. */
  const ask = <T>(index: () => HostIndex<T>, host: string): Answer<T> =>
    answer(index().matching(host), isWholeFor(host));
  const ofService = (host: string): Answer<ServiceControl> => {
    const found = services().matching(host);
    const exact = found.filter(({ values }) => values.host === host);
    return answer([...exact, ...found.filter((one) => !exact.includes(one))], isWholeFor(host));
  };
  const workloads: Registry['workloads'] = (labels, namespace) => {
    const found = pods()(labels).filter((pod) => sharesNamespace(pod.namespace, namespace));
    return answer(found, isWhole(namespace));
  };
  return {
    services: ofService,
    entries: (host) => ask(entries, host),
    named: (host) => {
      const found = ofService(host);
      return found.kind === 'found' ? found : ask(entries, host);
    },
    policies: (host) => ask(policies, host),
    routes: (host) => ask(routes, host),
    workloads,
    workloadsOf: (host) => {
      const found = ofService(host);
      if (found.kind !== 'found') return found;
      const [service] = found.items;
      const selector = service?.values.selector ?? {};
      // What a Service without a selector leads to is said elsewhere.
      if (Object.keys(selector).length === 0) return { kind: 'unknown' };
      return workloads(selector, service?.namespace);
    },
    isWhole,
  };
}

/** Pods by each of their labels: the label that fewest have is looked at. */
function indexByLabel(
  pods: readonly WorkloadControl[],
): (selector: Labels) => readonly WorkloadControl[] {
  const byLabel = new Map<string, WorkloadControl[]>();
  for (const pod of pods) {
    for (const [key, value] of Object.entries(pod.values.labels))
      addTo(byLabel, `${key}=${value}`, pod);
  }
  return (selector) => {
    let fewest = pods;
    for (const [key, value] of Object.entries(selector)) {
      const having = byLabel.get(`${key}=${value}`) ?? [];
      if (having.length < fewest.length) fewest = having;
    }
    return fewest.filter(({ values }) => isSelected(selector, values.labels));
  };
}

function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

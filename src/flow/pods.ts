import type { Labels } from '../model/mesh-control.js';
import type { PodControl, ServiceControl, WorkloadControl } from '../model/workload-control.js';
import { isSelected, sharesNamespace } from './selection.js';
import { addTo, perSelector, type Selector } from './selector.js';

/** A workload, or pods that none keeps. */
export type Pods = WorkloadControl | PodControl;

const allPods = perSelector((all): readonly Pods[] => [
  ...all('mesh/workload'),
  ...all('mesh/pod'),
]);

const podsByNamespace = perSelector((all) => {
  const found = new Map<string | undefined, Pods[]>();
  for (const pods of allPods(all)) addTo(found, pods.namespace, pods);
  return found;
});

const podsByLabel = perSelector((all) => {
  const found = new Map<string, Pods[]>();
  for (const pods of allPods(all)) {
    for (const [key, value] of Object.entries(pods.values.labels))
      addTo(found, `${key}=${value}`, pods);
  }
  return found;
});

/** All pods that are, or may be, in a namespace. */
export function podsIn(namespace: string | undefined, all: Selector): readonly Pods[] {
  if (namespace === undefined) return allPods(all);
  const found = podsByNamespace(all);
  return [...(found.get(namespace) ?? []), ...(found.get(undefined) ?? [])];
}

/** Pods of a namespace that have the labels; all of them without any. */
export function podsWith(
  {
    namespace,
    labels,
  }: { readonly namespace: string | undefined; readonly labels: Labels | undefined },
  all: Selector,
): readonly Pods[] {
  const groups = Object.entries(labels ?? {}).map(
    ([key, value]) => podsByLabel(all).get(`${key}=${value}`) ?? [],
  );
  const [first, ...others] = groups;
  if (first === undefined) return podsIn(namespace, all);
  return others
    .reduce((least, group) => (group.length < least.length ? group : least), first)
    .filter((pods) => sharesNamespace(pods.namespace, namespace))
    .filter(({ values }) => isSelected(labels, values.labels));
}

/** Pods behind a Service; none where it does not select. */
export function podsBehind({ namespace, values }: ServiceControl, all: Selector): readonly Pods[] {
  if (Object.keys(values.selector).length === 0) return [];
  return podsWith({ namespace, labels: values.selector }, all);
}

const servicesByPods = perSelector<ReadonlyMap<Pods, readonly ServiceControl[]>>((all) => {
  const found = new Map<Pods, ServiceControl[]>();
  for (const service of all('mesh/service')) {
    for (const pods of podsBehind(service, all)) addTo(found, pods, service);
  }
  return found;
});

/** The Services that lead to pods. */
export function servicesOf(pods: Pods, all: Selector): readonly ServiceControl[] {
  return servicesByPods(all).get(pods) ?? [];
}

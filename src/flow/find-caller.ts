import type { WorkloadControl } from '../model/workload-control.js';
import type { Consumer } from './mesh-source.js';
import { isSelected } from './selection.js';
import type { Selector } from './selector.js';

/** Who makes a call. */
export type Caller = Consumer & {
  /** As reports name it. */
  readonly title: string;
  /** Absent where any workload of the namespace is meant. */
  readonly workload: WorkloadControl | undefined;
};

export type CallerMatch =
  | { readonly kind: 'found'; readonly caller: Caller }
  | { readonly kind: 'ambiguous'; readonly names: readonly string[] }
  | { readonly kind: 'unknown'; readonly names: readonly string[] };

/** Labels that say which application a pod is. */
const APP_LABELS = ['app', 'app.kubernetes.io/name', 'k8s-app'];

/** Any workload of a namespace. */
export function anyCaller(namespace: string): Caller {
  return {
    title: `any workload in ${namespace}`,
    namespace,
    labels: undefined,
    workload: undefined,
  };
}

/**
 * Finds the workload that a text such as `shop/web` means: by its name, by its app label, or by a Service that
 * selects it; `shop/*` is any workload of the namespace.
 */
export function findCaller(text: string, all: Selector): CallerMatch {
  const [last = '', namespace] = text.split('/').reverse();
  const workloads = all('mesh/workload');
  if (namespace !== undefined && last === '*')
    return { kind: 'found', caller: anyCaller(namespace) };
  const inScope = workloads.filter(
    (workload) => namespace === undefined || workload.namespace === namespace,
  );
  const selectors = all('mesh/service')
    .filter(({ values }) => values.host.split('.')[0] === last)
    .map((service) => ({ ...service.values, namespace: service.namespace }))
    .filter(({ selector }) => Object.keys(selector).length > 0);
  const matches: readonly ((workload: WorkloadControl) => boolean)[] = [
    ({ values }) => values.name === last,
    ({ values }) => APP_LABELS.some((label) => values.labels[label] === last),
    (workload) =>
      selectors.some(
        ({ selector, namespace: owner }) =>
          owner === workload.namespace && isSelected(selector, workload.values.labels),
      ),
  ];
  for (const isMeant of matches) {
    const found = inScope.filter(isMeant);
    const [workload, ...others] = found;
    if (workload === undefined) continue;
    if (others.length > 0) return { kind: 'ambiguous', names: found.map(nameOf) };
    const { labels } = workload.values;
    return {
      kind: 'found',
      caller: { title: nameOf(workload), namespace: workload.namespace, labels, workload },
    };
  }
  return { kind: 'unknown', names: [...new Set(workloads.map(nameOf))].sort() };
}

/** `shop/web` */
function nameOf({ namespace, values }: WorkloadControl): string {
  return `${namespace}/${values.name}`;
}

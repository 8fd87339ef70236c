import { isInCluster, isShortHost, nameOfHost } from './selection.js';
import { addTo } from './selector.js';

/** Things by the hosts that they name. */
export type HostIndex<T> = {
  /** All whose host or pattern `matchesHost` matches, in the order in which they were given. */
  readonly matching: (host: string) => readonly T[];
};

type Entry<T> = { readonly position: number; readonly item: T };

/**
 * Indexes things by host, so that to find those for one host does not cost a look at all of them. Patterns
 * (`*.example.com`) and short names are found as `matchesHost` finds them.
 */
export function indexByHost<T>(
  items: readonly T[],
  hostsOf: (item: T) => readonly string[],
): HostIndex<T> {
  const byPattern = new Map<string, Entry<T>[]>();
  /** Services by the name within the cluster, for hosts without a namespace. */
  const byName = new Map<string, Entry<T>[]>();
  const ofCluster: Entry<T>[] = [];
  for (const [position, item] of items.entries()) {
    const entry = { position, item };
    for (const host of new Set(hostsOf(item))) {
      addTo(byPattern, host, entry);
      if (!isInCluster(host)) continue;
      if (host.startsWith('*.')) ofCluster.push(entry);
      else addTo(byName, nameOfHost(host), entry);
    }
  }
  const known = new Map<string, readonly T[]>();
  const find = (host: string): readonly T[] => {
    const found = keysOf(host).flatMap((key) => byPattern.get(key) ?? []);
    if (isShortHost(host)) found.push(...(byName.get(host) ?? []), ...ofCluster);
    const unique = new Map(found.map((entry) => [entry.position, entry.item]));
    return [...unique].sort(([a], [b]) => a - b).map(([, item]) => item);
  };
  return {
    matching: (host) => {
      const found = known.get(host) ?? find(host);
      known.set(host, found);
      return found;
    },
  };
}

/** The patterns that match a host: `a.b.c`, `*.b.c`, `*.c`, `*`, and the short name of a service. */
function keysOf(host: string): readonly string[] {
  const labels = host.split('.');
  const endings = labels.slice(1).map((_, index) => `*.${labels.slice(index + 1).join('.')}`);
  const isService = isInCluster(host) && !host.startsWith('*.');
  return [...new Set([host, ...endings, '*', ...(isService ? [nameOfHost(host)] : [])])];
}

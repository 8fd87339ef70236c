import type { Labels } from '../model/mesh-control.js';

/** True when a pod's labels have everything that a selector asks for; no selector selects all. */
export function isSelected(selector: Labels | undefined, labels: Labels | undefined): boolean {
  if (selector === undefined || labels === undefined) return true;
  return Object.entries(selector).every(([key, value]) => labels[key] === value);
}

/** The same, where a value that is completed later may be any. */
export function mayBeSelected(selector: Labels | undefined, labels: Labels | undefined): boolean {
  if (selector === undefined || labels === undefined) return true;
  return Object.entries(selector).every(([key, value]) => {
    const own = labels[key];
    return own === value || (own !== undefined && (isUnresolved(own) || isUnresolved(value)));
  });
}

/** True unless two objects are surely in different namespaces: one that is not known may be any. */
export function sharesNamespace(a: string | undefined, b: string | undefined): boolean {
  return a === undefined || b === undefined || a === b;
}

/**
 * `*.example.com` matches what ends so. A short name, of an object whose namespace is not known, matches the service
 * of that name in any namespace.
 */
export function matchesHost(pattern: string, host: string): boolean {
  if (pattern === '*' || pattern === host) return true;
  if (pattern.startsWith('*.')) {
    return host.endsWith(pattern.slice(1)) || (isShortHost(host) && isInCluster(pattern));
  }
  if (isShortHost(pattern)) return isInCluster(host) && nameOfHost(host) === pattern;
  return isShortHost(host) && isInCluster(pattern) && nameOfHost(pattern) === host;
}

/** True for the name of a service whose namespace is not known. */
export function isShortHost(host: string): boolean {
  return host !== '' && host !== '*' && !host.includes('.');
}

/** `<name>.<namespace>.svc.cluster.local`, or a pattern of such. */
export function isInCluster(host: string): boolean {
  return host.endsWith('.svc.cluster.local');
}

/** The first label of a host: the name of its service. */
export function nameOfHost(host: string): string {
  return host.split('.', 1)[0] ?? '';
}

/** Namespace of an in-cluster host, or empty. */
export function namespaceOfHost(host: string): string {
  return /^[^.]+\.([^.]+)\.svc(?:\.|$)/.exec(host)?.[1] ?? '';
}

/** True for a text that a tool completes before the cluster sees it: nothing is known of what it names. */
export function isUnresolved(text: string): boolean {
  return /\$\{|\{\{|\$\(|<%/.test(text);
}

import type { Labels } from '../model/mesh-control.js';

/** True when a pod's labels have everything that a selector asks for; no selector selects all. */
export function isSelected(selector: Labels | undefined, labels: Labels | undefined): boolean {
  if (selector === undefined || labels === undefined) return true;
  return Object.entries(selector).every(([key, value]) => labels[key] === value);
}

/** `*.example.com` matches what ends so. */
export function matchesHost(pattern: string, host: string): boolean {
  if (pattern === '*' || pattern === host) return true;
  return pattern.startsWith('*.') && host.endsWith(pattern.slice(1));
}

/** Namespace of an in-cluster host, or empty. */
export function namespaceOfHost(host: string): string {
  return /^[^.]+\.([^.]+)\.svc(?:\.|$)/.exec(host)?.[1] ?? '';
}

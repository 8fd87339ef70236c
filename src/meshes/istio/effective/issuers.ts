import type { Labels, MeshAuthenticationControl } from '../../../model/mesh-control.js';
import { sharesNamespace } from '../../../flow/selection.js';
import { addTo, perSelector, type Selector } from '../../../flow/selector.js';
import { ROOT_NAMESPACE } from './lookup.js';
import type { Subject } from './selected-ports.js';

const byNamespace = perSelector((all) => {
  const found = new Map<string | undefined, MeshAuthenticationControl[]>();
  for (const rule of all('mesh/authentication')) addTo(found, rule.namespace, rule);
  return found;
});

/** The jwtRules that may act on pods which a policy selects. */
export function issuersAt(
  { namespace, labels }: Subject,
  all: Selector,
): readonly MeshAuthenticationControl[] {
  const found = byNamespace(all);
  const near =
    namespace === undefined
      ? all('mesh/authentication')
      : [namespace, undefined, ROOT_NAMESPACE].flatMap((owner) => found.get(owner) ?? []);
  return [...new Set(near)].filter(
    (rule) =>
      (rule.namespace === ROOT_NAMESPACE || sharesNamespace(rule.namespace, namespace)) &&
      (rule.values.hasTargetRefs || canShare(rule.values.selector, labels)),
  );
}

/** True when one pod can have the labels of both. */
function canShare(selector: Labels = {}, labels: Labels = {}): boolean {
  return Object.entries(selector).every(
    ([key, value]) => labels[key] === undefined || labels[key] === value,
  );
}

/** True when a request principal, with the wildcards of a policy, can be one of an issuer's. */
export function takesPrincipal(pattern: string, issuer: string): boolean {
  if (pattern.startsWith('*')) return true;
  const start = `${issuer}/`;
  if (!pattern.endsWith('*')) return pattern.startsWith(start) && pattern.length > start.length;
  const prefix = pattern.slice(0, -1);
  return start.startsWith(prefix) || prefix.startsWith(start);
}

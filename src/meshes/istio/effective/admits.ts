import type { AuthorizationControl, AuthorizationRule } from '../../../model/mesh-control.js';

/** A caller as ztunnel knows it. */
export type Identity = { readonly namespace: string; readonly account: string };

/**
 * True where an ALLOW policy may let a caller connect, as ztunnel reads it: a rule with fields of HTTP is left out
 * (ambient/authorization.go).
 */
export function mayAdmit({ values }: AuthorizationControl, caller: Identity): boolean {
  return values.rules.some((rule) => rule.httpFields.length === 0 && admits(rule, caller));
}

function admits({ isEmpty, sources, ports }: AuthorizationRule, caller: Identity): boolean {
  if (isEmpty || sources.length === 0) return true;
  const suffix = `/ns/${caller.namespace}/sa/${caller.account}`;
  return sources.some(({ principals, namespaces, serviceAccounts }) => {
    const asked = principals.length + namespaces.length + serviceAccounts.length;
    // IP blocks and what a source excludes are not read: they may mean the caller.
    if (asked === 0 || ports.length > 0) return true;
    return (
      (principals.length === 0 || principals.some(({ value }) => fits(value, suffix))) &&
      (namespaces.length === 0 || namespaces.some(({ value }) => like(value, caller.namespace))) &&
      (serviceAccounts.length === 0 ||
        serviceAccounts.some(({ value }) =>
          [caller.account, `${caller.namespace}/${caller.account}`].some((name) =>
            like(value, name),
          ),
        ))
    );
  });
}

/** A principal of any trust domain, with `*` at one of its ends. */
function fits(principal: string, suffix: string): boolean {
  if (principal.endsWith('*')) {
    const at = principal.indexOf('/ns/');
    return at === -1 || suffix.startsWith(principal.slice(at, -1));
  }
  if (principal.startsWith('*')) return suffix.endsWith(principal.slice(1));
  return principal.endsWith(suffix);
}

function like(pattern: string, value: string): boolean {
  if (pattern.endsWith('*')) return value.startsWith(pattern.slice(0, -1));
  return pattern.startsWith('*') ? value.endsWith(pattern.slice(1)) : pattern === value;
}

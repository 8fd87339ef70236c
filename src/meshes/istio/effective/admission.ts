import type { Admission, Admittance } from '../../../flow/mesh-source.js';
import type { Selector } from '../../../flow/selector.js';
import type { AuthorizationControl } from '../../../model/mesh-control.js';
import { policiesOf } from './policies-of.js';

/** What the ALLOW policies of pods say of a caller; those that are only tried out refuse nobody. */
export function admissionOf({ caller, pods }: Admittance, all: Selector): Admission | undefined {
  const policies = policiesOf(pods, { all }).filter(
    ({ values }) => values.action.value === 'ALLOW',
  );
  if (policies.length === 0 || policies.every(({ values }) => values.dryRun)) return undefined;
  const { trustDomain, namespace, serviceAccount } = caller;
  const identity = `${trustDomain}/ns/${namespace}/sa/${serviceAccount}`;
  return {
    policies,
    identity,
    isLet: policies.some((policy) => lets(policy, identity, namespace)),
    fix: `Add "${identity}" to principals.`,
  };
}

function lets(policy: AuthorizationControl, principal: string, namespace: string): boolean {
  return policy.values.rules.some(({ sources, paths }) => {
    if (sources.length === 0) return paths.length === 0;
    return sources.some(
      ({ principals, namespaces, serviceAccounts }) =>
        (serviceAccounts.length === 0 ||
          serviceAccounts.some(({ value }) => isAccount(value, principal, policy.namespace))) &&
        (principals.length === 0 || principals.some((allowed) => fits(allowed.value, principal))) &&
        (namespaces.length === 0 || namespaces.some((allowed) => fits(allowed.value, namespace))),
    );
  });
}

/** `<namespace>/<account>`, or an account of the policy's own namespace. */
function isAccount(written: string, principal: string, own: string | undefined): boolean {
  const [first = '', second] = written.split('/');
  const [namespace, account] = second === undefined ? [own, first] : [first, second];
  if (namespace === undefined) return principal.endsWith(`/sa/${account}`);
  return principal.endsWith(`/ns/${namespace}/sa/${account}`);
}

function fits(pattern: string, text: string): boolean {
  if (pattern === '*') return true;
  if (pattern.endsWith('*')) return text.startsWith(pattern.slice(0, -1));
  return pattern.startsWith('*') ? text.endsWith(pattern.slice(1)) : pattern === text;
}

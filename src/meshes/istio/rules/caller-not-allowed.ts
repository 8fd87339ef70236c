import type { AuthorizationControl } from '../../../model/mesh-control.js';
import type { Place } from '../../../model/control.js';
import type { Composition } from '../../../flow/composition.js';
import { namespaceOfHost } from '../../../flow/selection.js';
import { allowedAtOwn, policiesOf } from '../effective/policies-of.js';
import { cite, type Report, type Rule } from '../../../rules/rule.js';
import { workloadsOf } from '../../../flow/workloads.js';

export const callerNotAllowed: Rule = {
  code: 'CALLER_NOT_ALLOWED',
  severity: 'error',
  layer: 'both',
  title: "A declared caller is not let in by the provider's policy.",
  reads: ['app/server', 'mesh/authorization'],
  why: 'As soon as one ALLOW policy holds for a workload, everybody else is refused: 403 "RBAC: access denied" (measured).',
  fix: "The caller's principal, <trust domain>/ns/<namespace>/sa/<account>, in the provider's policy.",
  check: (composition) => [...checkCallers(composition), ...checkCalls(composition)],
};

/** Callers that scaffold.yaml declares, against the policy on disk. */
function checkCallers(composition: Composition): Report[] {
  const identity = composition.all('app/meshIdentity')[0];
  const policies = allowedAtOwn(composition);
  if (identity === undefined) return [];
  return identity.values.callers.flatMap(({ namespace, serviceAccount, place }) => {
    const principal = `${identity.values.trustDomain.value}/ns/${namespace}/sa/${serviceAccount}`;
    return report(principal, namespace, {
      policies,
      place,
      target: composition.server?.target ?? '',
    });
  });
}

/** Our own calls, where the provider's policy is among the manifests. */
function checkCalls(composition: Composition): Report[] {
  const identity = composition.all('app/meshIdentity')[0];
  const { workload } = composition;
  // Without its namespace the caller's identity is not known.
  if (identity === undefined || workload?.namespace === undefined) return [];
  const { namespace: own } = workload;
  const principal = `${identity.values.trustDomain.value}/ns/${own}/sa/${workload.values.serviceAccount.value}`;
  return composition.all('app/call').flatMap(({ target, place, values }) => {
    const provider = workloadsOf(values.host, composition.all)[0];
    const namespace = namespaceOfHost(values.host);
    if (provider === undefined || namespace === '') return [];
    const policies = policiesOf({ namespace, labels: provider.values.labels }, composition).filter(
      (policy) => policy.values.action.value === 'ALLOW',
    );
    return report(principal, own, { policies, place, target });
  });
}

function report(
  principal: string,
  namespace: string,
  {
    policies,
    place,
    target,
  }: {
    readonly policies: readonly AuthorizationControl[];
    readonly place: Place;
    readonly target: string;
  },
): Report[] {
  const [first] = policies;
  const isLet = policies.some((policy) => lets(policy, principal, namespace));
  // A policy that is only tried out refuses nobody.
  if (first === undefined || isLet || policies.every(({ values }) => values.dryRun)) return [];
  return [
    {
      target,
      at: first.place,
      also: [place],
      message: `${principal} (${cite(place)}) is not let in by ${policies.map((policy) => policy.target).join(', ')}: its calls are answered 403.`,
      fix: `Add "${principal}" to principals.`,
    },
  ];
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

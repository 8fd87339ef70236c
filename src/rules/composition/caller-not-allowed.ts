import type { Place } from '../../model/control.js';
import type { Admittance } from '../../flow/mesh-source.js';
import type { Composition } from '../../flow/composition.js';
import { namespaceOfHost } from '../../flow/selection.js';
import { workloadsOf } from '../../flow/workloads.js';
import { cite, type Report, type Rule } from '../rule.js';

export const callerNotAllowed: Rule = {
  code: 'CALLER_NOT_ALLOWED',
  severity: 'error',
  layer: 'both',
  title: "A declared caller is not let in by the provider's policy.",
  reads: ['app/server'],
  why: 'As soon as one policy lets some callers in to a workload, everybody else is refused with 403 (measured in both meshes).',
  fix: "The caller's identity in the provider's policy.",
  check: (composition) => [...checkCallers(composition), ...checkCalls(composition)],
};

/** Callers that scaffold.yaml declares, against the policy on disk. */
function checkCallers(composition: Composition): Report[] {
  const identity = composition.all('app/meshIdentity')[0];
  const { server, workload } = composition;
  if (identity === undefined) return [];
  const pods = {
    namespace: server?.namespace ?? workload?.namespace,
    labels: workload?.values.labels,
  };
  const trustDomain = identity.values.trustDomain.value;
  return identity.values.callers.flatMap(({ namespace, serviceAccount, place }) =>
    report(
      composition,
      { caller: { trustDomain, namespace, serviceAccount }, pods },
      { place, target: server?.target ?? '' },
    ),
  );
}

/** Our own calls, where the provider's policy is among the manifests. */
function checkCalls(composition: Composition): Report[] {
  const identity = composition.all('app/meshIdentity')[0];
  const { workload } = composition;
  // Without its namespace the caller's identity is not known.
  if (identity === undefined || workload?.namespace === undefined) return [];
  const caller = {
    trustDomain: identity.values.trustDomain.value,
    namespace: workload.namespace,
    serviceAccount: workload.values.serviceAccount.value,
  };
  return composition.all('app/call').flatMap(({ target, place, values }) => {
    const provider = workloadsOf(values.host, composition.all)[0];
    const namespace = namespaceOfHost(values.host);
    if (provider === undefined || namespace === '') return [];
    const pods = { namespace, labels: provider.values.labels };
    return report(composition, { caller, pods }, { place, target });
  });
}

function report(
  { meshes }: Composition,
  asked: Admittance,
  { place, target }: { readonly place: Place; readonly target: string },
): Report[] {
  const admission = meshes.admissionOf(asked);
  const [first] = admission?.policies ?? [];
  if (admission === undefined || first === undefined || admission.isLet) return [];
  return [
    {
      target,
      at: first.place,
      also: [place],
      message: `${admission.identity} (${cite(place)}) is not let in by ${admission.policies.map((policy) => policy.target).join(', ')}: its calls are answered 403.`,
      fix: admission.fix,
    },
  ];
}

import type { AuthorizationControl } from '../../../model/mesh-control.js';
import type { Value } from '../../../model/control.js';
import type { Composition } from '../../../flow/composition.js';
import { peerAuthenticationOf } from '../effective/strictness.js';
import { cite, setValue, type Report, type Rule } from '../../../rules/rule.js';

export const principalNeedsMtls: Rule = {
  code: 'PRINCIPAL_NEEDS_MTLS',
  severity: 'error',
  layer: 'mesh',
  title: 'A caller is named by an identity that it cannot prove, or that means too many.',
  reads: ['mesh/authorization'],
  why: 'principals and namespaces come from the client certificate: over plain text they match nothing (measured: 403). Istio adds spiffe:// itself, so that a value that has it never matches (srcPrincipalGenerator). Every pod without an account of its own is "default".',
  fix: 'mTLS STRICT, <trust domain>/ns/<namespace>/sa/<account>, and a service account for each caller.',
  check: (composition) =>
    composition.all('mesh/authorization').flatMap((policy) => checkPolicy(policy, composition)),
};

function checkPolicy(policy: AuthorizationControl, composition: Composition): Report[] {
  if (policy.values.action.value !== 'ALLOW') return [];
  const sources = policy.values.rules.flatMap((rule) => rule.sources);
  const principals = sources.flatMap((source) => source.principals);
  const identities = [
    ...principals,
    ...sources.flatMap(({ namespaces, serviceAccounts }) => [...namespaces, ...serviceAccounts]),
  ];
  return [
    ...principals
      .filter(({ value }) => value.startsWith('spiffe://'))
      .map((value) => prefixed(policy, value)),
    ...principals
      .filter(({ value }) => /\/sa\/default$/.test(value))
      .map((value) => shared(policy, value)),
    ...checkMode(policy, identities, composition),
  ];
}

function prefixed({ target }: AuthorizationControl, principal: Value<string>): Report {
  const bare = principal.value.replace(/^spiffe:\/\//, '');
  return {
    target,
    at: principal.place,
    message: `"${principal.value}" never matches: Istio adds spiffe:// itself.`,
    fix: `principals: ["${bare}"]`,
    edits: setValue(principal, bare),
  };
}

function shared({ target }: AuthorizationControl, principal: Value<string>): Report {
  return {
    target,
    at: principal.place,
    severity: 'warning',
    message: `"${principal.value}" is every pod of that namespace without an account of its own.`,
    fix: 'A service account for the caller.',
  };
}

function checkMode(
  { target, namespace, values }: AuthorizationControl,
  identities: readonly Value<string>[],
  composition: Composition,
): Report[] {
  const [identity] = identities;
  if (identity === undefined) return [];
  const peer = peerAuthenticationOf({ namespace, labels: values.selector }, composition);
  const isOurs = composition.server !== undefined;
  // In a folder of plain manifests the mesh's own PeerAuthentication may stand elsewhere.
  if (peer === undefined ? !isOurs : peer.values.mode.value === 'STRICT') return [];
  const isTried = composition.all('app/meshIdentity')[0]?.values.observed === true || values.dryRun;
  const mode =
    peer === undefined
      ? "PERMISSIVE, Istio's default"
      : `${peer.values.mode.value} (${cite(peer.values.mode.place)})`;
  return [
    {
      target,
      at: identity.place,
      also: peer === undefined ? [] : [peer.values.mode.place],
      severity: isTried ? 'info' : 'error',
      message: `Callers are told apart by identity ("${identity.value}"), and mTLS is ${mode}: over plain text nobody matches, and the answer is 403.`,
      fix: 'mtls: { mode: STRICT }',
      edits: peer === undefined || isTried ? [] : setValue(peer.values.mode, 'STRICT'),
    },
  ];
}

import type { AuthorizationControl, Labels } from '../../../model/mesh-control.js';
import type { Value } from '../../../model/control.js';
import type { Composition } from '../../../flow/composition.js';
import { containerPortOf } from '../../../flow/container-port.js';
import { podsWith, servicesOf } from '../../../flow/pods.js';
import type { Selector } from '../../../flow/selector.js';
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
  // What reaches a waypoint comes by mTLS.
  if (identity === undefined || values.hasTargetRefs) return [];
  const peer = peerAuthenticationOf({ namespace, labels: values.selector }, composition);
  const isOurs = composition.server !== undefined;
  // In a folder of plain manifests the mesh's own PeerAuthentication may stand elsewhere.
  if (peer === undefined && !isOurs) return [];
  const base = peer?.values.mode.value ?? 'PERMISSIVE';
  const served = portsOf({ namespace, labels: values.selector }, composition.all);
  const open = Object.entries(peer?.values.ports ?? {}).filter(
    ([port, mode]) => mode !== 'STRICT' && served.has(Number(port)),
  );
  const cited = peer === undefined ? "Istio's default" : cite(peer.values.mode.place);
  if (base === 'STRICT') {
    return open.map(([port, mode]) => ({
      target,
      at: identity.place,
      also: peer === undefined ? [] : [peer.values.mode.place],
      severity: 'info',
      message: `Callers are told apart by identity ("${identity.value}"), and port ${port} is ${mode}, unlike the others (STRICT, ${cited}): what comes there in plain text has none, and the answer is 403.`,
      fix: `portLevelMtls: { ${port}: { mode: STRICT } }, or a rule without callers for what may be asked in plain text.`,
    }));
  }
  const isTried = composition.all('app/meshIdentity')[0]?.values.observed === true || values.dryRun;
  // Sidecars find out that the other side speaks mTLS: under PERMISSIVE only plain text fails, if it comes.
  const severity = (base === 'DISABLE' || isOurs) && !isTried ? 'error' : 'info';
  return [
    {
      target,
      at: identity.place,
      also: peer === undefined ? [] : [peer.values.mode.place],
      severity,
      message: `Callers are told apart by identity ("${identity.value}"), and mTLS is ${base} (${cited}): ${base === 'DISABLE' ? 'no caller has one' : 'callers without a sidecar have none'}, and the answer is 403.`,
      fix: 'mtls: { mode: STRICT }',
      edits: peer === undefined || isTried ? [] : setValue(peer.values.mode, 'STRICT'),
    },
  ];
}

/** Ports of the pods to which Services lead. */
function portsOf(
  selected: { readonly namespace: string | undefined; readonly labels: Labels | undefined },
  all: Selector,
): ReadonlySet<number | undefined> {
  return new Set(
    podsWith(selected, all)
      .flatMap((pods) => servicesOf(pods, all))
      .flatMap((service) =>
        service.values.ports.map(({ number }) => containerPortOf(service, number, all)),
      ),
  );
}

import type { EgressControl } from '../../../model/mesh-control.js';
import type { Composition } from '../../../flow/composition.js';
import type { NeededHost } from '../../../flow/needed-hosts.js';
import { neededHosts } from '../../../flow/needed-hosts.js';
import { podsIn } from '../../../flow/pods.js';
import { matchesHost, namespaceOfHost, sharesNamespace } from '../../../flow/selection.js';
import type { Selector } from '../../../flow/selector.js';
import { cite, setValue, type Report, type Rule } from '../../../rules/rule.js';
import { isAmbientPods } from '../effective/ambient.js';
import { isImported, outboundModeOf, sidecarOf } from '../effective/sidecar-of.js';

export const sidecarMissesDep: Rule = {
  code: 'SIDECAR_MISSES_DEP',
  severity: 'error',
  layer: 'both',
  title: 'The Sidecar leaves out a host that the process contacts.',
  reads: ['mesh/egress'],
  why: 'A host outside egress.hosts is unknown to the proxy: 502 with REGISTRY_ONLY (httproute.go), and with ALLOW_ANY a plain connection without mTLS, retries or timeouts.',
  fix: 'List every upstream, the collector, the identity provider and istio-system/* in egress.hosts.',
  check: (composition) => {
    // Without a declared service its own routes say what a namespace calls.
    if (composition.server === undefined) return checkRoutes(composition.all);
    const sidecar = sidecarOf(composition);
    const hosts = sidecar?.values.hosts;
    if (sidecar === undefined || hosts === undefined) return undefined;
    const missing = neededHosts(composition).filter(
      (needed) => !hosts.value.some((entry) => covers(entry, needed, { sidecar, ...composition })),
    );
    const entries = missing.map(
      ({ host, isExternal }) => `${isExternal ? '.' : namespaceOfHost(host)}/${host}`,
    );
    return missing.map(({ host, target, place }, index) => ({
      target,
      at: hosts.place,
      also: [place],
      message: `${host} (${cite(place)}) is not among the egress hosts of ${sidecar.target}: ${outboundModeOf(composition)?.value === 'REGISTRY_ONLY' ? 'calls to it are answered 502' : 'calls to it go out without policy and mTLS'}.`,
      fix: `Add ${entries[index] ?? host} to egress.hosts.`,
      edits: index === 0 ? setValue(hosts, [...hosts.value, ...entries]) : [],
    }));
  },
};

function covers(
  entry: string,
  { host, isExternal }: NeededHost,
  { sidecar, all }: Pick<Composition, 'all'> & { readonly sidecar: EgressControl },
): boolean {
  const [scope = '', pattern = ''] = entry.split('/');
  if (scope === '~' || !matchesHost(pattern, host)) return false;
  const namespace = scope === '.' ? sidecar.namespace : scope;
  if (namespace === '*') return true;
  if (!isExternal) return sharesNamespace(namespace, namespaceOfHost(host));
  const entries = all('mesh/entry').filter(({ values }) =>
    values.hosts.some((name) => matchesHost(name, host)),
  );
  // The host lives where its ServiceEntry does. Where none is known, only one that is named is meant.
  return entries.length > 0
    ? entries.some((entry) => sharesNamespace(entry.namespace, namespace))
    : pattern !== '*' || namespace === sidecar.namespace;
}

/** Routes of a namespace to hosts of others that its Sidecar leaves out. */
function checkRoutes(all: Selector): Report[] {
  const sidecars = new Map<string | undefined, EgressControl>();
  for (const sidecar of all('mesh/egress')) {
    if (sidecar.values.selector === undefined) sidecars.set(sidecar.namespace, sidecar);
  }
  const seen = new Set<string>();
  return all('mesh/route').flatMap(({ target, namespace, place, values }) => {
    const sidecar = sidecars.get(namespace);
    const hosts = sidecar?.values.hosts;
    if (namespace === undefined || sidecar === undefined || hosts === undefined) return [];
    if (!values.inMesh || isAmbient(namespace, all)) return [];
    return values.hosts.flatMap((host) => {
      const owner = namespaceOfHost(host);
      const key = `${namespace} ${target} ${host}`;
      // Calls to what is its own come from anywhere.
      if (owner === '' || owner === namespace || seen.has(key)) return [];
      if (isImported({ namespace: owner, host }, hosts.value, namespace)) return [];
      seen.add(key);
      const isRefused = sidecar.values.mode.value === 'REGISTRY_ONLY';
      return [
        {
          target,
          at: hosts.place,
          also: [place],
          severity: isRefused ? 'error' : 'warning',
          message: `${target} (${cite(place)}) routes calls of ${namespace} to ${host}, which ${sidecar.target} does not import: ${isRefused ? 'they are answered 502' : 'they go out without this route and without mTLS'}.`,
          fix: `Add ${owner}/${host} to egress.hosts.`,
          edits: setValue(hosts, [...hosts.value, `${owner}/${host}`]),
        },
      ];
    });
  });
}

/** Pods of the ambient mesh have no sidecar that a Sidecar would be for. */
function isAmbient(namespace: string, all: Selector): boolean {
  const pods = podsIn(namespace, all);
  return pods.length > 0 && pods.every(isAmbientPods);
}

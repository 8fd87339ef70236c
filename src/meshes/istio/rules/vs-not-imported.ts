import { isImported } from '../effective/sidecar-of.js';
import type { Labels } from '../../../model/mesh-control.js';
import { namespaceOfHost, sharesNamespace } from '../../../flow/selection.js';
import { cite, setValue, type Rule } from '../../../rules/rule.js';

export const vsNotImported: Rule = {
  code: 'VS_NOT_IMPORTED',
  severity: 'error',
  layer: 'mesh',
  title: 'The Sidecar imports a host, but not the VirtualService for it.',
  reads: ['mesh/route', 'mesh/egress'],
  why: "egress.hosts name namespaces of configuration: a proxy takes a VirtualService only when its host is imported from the VirtualService's own namespace (virtualservice.go, SelectVirtualServices). Otherwise the calls go out with Istio's defaults, without a timeout and with 2 retries, and nothing says so.",
  fix: 'Import the host from both namespaces: of its Service, and of the VirtualService.',
  check: ({ all }) => {
    const seen = new Set<string>();
    return all('mesh/egress').flatMap((sidecar) => {
      const { hosts, selector } = sidecar.values;
      if (hosts === undefined) return [];
      const from = (namespace: string | undefined, host: string): boolean =>
        isImported({ namespace, host }, hosts.value, sidecar.namespace);
      return all('mesh/route').flatMap(({ namespace, target, place, values }) => {
        const missed = values.hosts.find(
          (host) => from(namespaceOfHost(host), host) && !from(namespace, host),
        );
        const isMeant =
          values.inMesh &&
          sharesNamespace(namespace, sidecar.namespace) &&
          (values.matches.length === 0 ||
            values.matches.some(({ sourceLabels }) => canShare(selector, sourceLabels)));
        const key = `${sidecar.target} ${target} ${missed ?? ''}`;
        if (missed === undefined || !isMeant || seen.has(key)) return [];
        seen.add(key);
        return [
          {
            target,
            at: hosts.place,
            also: [place],
            message: `${sidecar.target} imports ${missed} from ${namespaceOfHost(missed)}, and ${target} (${cite(place)}) stands in ${namespace ?? 'another namespace'}: its timeouts and retries do not act.`,
            fix: `Add ./${missed} to egress.hosts.`,
            edits: setValue(hosts, [...hosts.value, `./${missed}`]),
          },
        ];
      });
    });
  },
};

/** True when one pod can have the labels of both. */
function canShare(selector: Labels = {}, labels: Labels): boolean {
  return Object.entries(selector).every(
    ([key, value]) => labels[key] === undefined || labels[key] === value,
  );
}

import type { Value } from '../../../model/control.js';
import type { Composition } from '../../../flow/composition.js';
import { registryOf, type Registry } from '../../../flow/registry.js';
import {
  isUnresolved,
  nameOfHost,
  namespaceOfHost,
  sharesNamespace,
} from '../../../flow/selection.js';
import type { ServiceControl } from '../../../model/workload-control.js';
import { setValue, type Report, type Rule } from '../../../rules/rule.js';

export const shortName: Rule = {
  code: 'SHORT_NAME',
  severity: 'error',
  layer: 'mesh',
  title: 'A host that is not a full name means another service than it seems to, or none.',
  reads: [],
  why: 'Istio completes a host without a dot by the namespace of the VirtualService or DestinationRule that names it, and takes every other host as it is: "reviews.shop" and "reviews.shop.svc" are no service (virtual_service.proto, Destination.host; ResolveShortnameToFQDN).',
  fix: 'The full name: <name>.<namespace>.svc.cluster.local.',
  check: (composition) => {
    const routes = composition.all('mesh/route');
    const rules = composition
      .all('mesh/trafficPolicy')
      .filter(({ values }) => values.level === 'destination');
    if (routes.length + rules.length === 0) return undefined;
    return [
      ...routes.flatMap(({ target, namespace, values }) =>
        [...values.destinations, ...values.mirrors].flatMap(({ host, written }) =>
          checkHost({ target, namespace, host, written, hosts: values.hosts }, composition),
        ),
      ),
      ...rules.flatMap(({ target, namespace, values: { host, written } }) =>
        checkHost({ target, namespace, host, written, hosts: [] }, composition),
      ),
    ];
  },
};

type NamedHost = {
  readonly target: string;
  readonly namespace: string | undefined;
  readonly host: Value<string>;
  readonly written: string;
  /** Full names beside it, which tell what is meant. */
  readonly hosts: readonly string[];
};

function checkHost(named: NamedHost, { all }: Composition): Report[] {
  const { written } = named;
  const name = nameOfHost(written);
  if (name === '' || isUnresolved(written)) return [];
  const registry = registryOf(all);
  const found = registry.services(name);
  const services = found.kind === 'found' ? found.items : [];
  if (/^[a-z0-9-]+\.[a-z0-9-]+(?:\.svc)?$/.test(written)) {
    // A ServiceEntry may name just that.
    if (registry.entries(written).kind === 'found') return [];
    return checkHalf(named, services);
  }
  return written.includes('.') ? [] : checkShort(named, services, registry);
}

/** `reviews.shop`: its second label names the namespace that is meant. */
function checkHalf(named: NamedHost, services: readonly ServiceControl[]): Report[] {
  const { written } = named;
  const [, wanted] = written.split('.');
  const meant = services.find(({ namespace }) => namespace === wanted)?.values.host;
  const full = meant ?? (written.endsWith('.svc') ? `${written}.cluster.local` : undefined);
  if (full === undefined) return [];
  return [report(named, full, `"${written}" is taken as it is, and no service is called so`)];
}

/** `reviews`: the service of the object's own namespace, which must be known to judge it. */
function checkShort(
  named: NamedHost,
  services: readonly ServiceControl[],
  registry: Registry,
): Report[] {
  const { namespace: own, host, hosts, written } = named;
  if (own === undefined) return [];
  if (services.some(({ namespace }) => sharesNamespace(namespace, own))) return [];
  const elsewhere =
    services[0]?.values.host ??
    hosts.find(
      (other) => nameOfHost(other) === written && !['', own].includes(namespaceOfHost(other)),
    );
  if (elsewhere === undefined) return [];
  const found = report(named, elsewhere, `"${written}" means ${host.value} here`);
  // It may be among manifests that are not here.
  return [registry.isWhole(own) ? found : { ...found, severity: 'warning', edits: [] }];
}

function report(
  { target, host }: Pick<NamedHost, 'target' | 'host'>,
  full: string,
  means: string,
): Report {
  return {
    target,
    at: host.place,
    message: `${means}: the service is ${full}.`,
    fix: `host: ${full}`,
    edits: setValue(host, full),
  };
}

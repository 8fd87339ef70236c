import type { Value } from '../../../model/control.js';
import type { Composition } from '../../../flow/composition.js';
import { namespaceOfHost } from '../../../flow/selection.js';
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
  readonly namespace: string;
  readonly host: Value<string>;
  readonly written: string;
  /** Full names beside it, which tell what is meant. */
  readonly hosts: readonly string[];
};

function checkHost(
  { target, namespace, host, written, hosts }: NamedHost,
  { all }: Composition,
): Report[] {
  const [name = '', wanted] = written.split('.');
  const isHalf = /^[a-z0-9-]+\.[a-z0-9-]+(?:\.svc)?$/.test(written);
  if (name === '' || (written.includes('.') && !isHalf)) return [];
  const services = all('mesh/service').filter(({ target: other }) => other === `Service/${name}`);
  if (isHalf) {
    const meant = services.find((service) => service.namespace === wanted)?.values.host;
    const full = meant ?? (written.endsWith('.svc') ? `${written}.cluster.local` : undefined);
    if (full === undefined) return [];
    return [
      report({ target, host }, full, `"${written}" is taken as it is, and no service is called so`),
    ];
  }
  const isHere = services.some((service) => service.namespace === namespace);
  const elsewhere =
    services.find((service) => service.namespace !== namespace)?.values.host ??
    hosts.find((other) => other.startsWith(`${name}.`) && namespaceOfHost(other) !== namespace);
  if (isHere || elsewhere === undefined) return [];
  return [report({ target, host }, elsewhere, `"${written}" means ${host.value} here`)];
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

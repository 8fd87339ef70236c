import { registryOf } from '../../../flow/registry.js';
import { isUnresolved } from '../../../flow/selection.js';
import type { World } from '../../../manifests/kind.js';
import { perWorld } from '../../../manifests/kind.js';
import type { Value } from '../../../model/control.js';
import type { EgressControl } from '../../../model/mesh-control.js';
import { isSlip } from '../../../model/suggest.js';
import type { Composition } from '../../../flow/composition.js';
import type { Report, Rule } from '../../../rules/rule.js';
import { worldOf } from '../../world.js';
import { isOfGatewayApi } from '../effective/of-gateway-api.js';
import { findHost, inCluster, isMade } from '../written/registry.js';
import { hostsOf, virtualServicesOf } from '../written/virtual-services.js';

export const sidecarHostUnknown: Rule = {
  code: 'SIDECAR_HOST_UNKNOWN',
  severity: 'warning',
  layer: 'mesh',
  title: 'A Sidecar imports a host that is not where it looks for it.',
  reads: ['mesh/egress', 'mesh/objects'],
  why: 'An entry of egress.hosts is a namespace and a host of that namespace: what no Service, ServiceEntry or VirtualService there has is not imported, and nothing says so (sidecar.go, SelectServices; KIA1004). Calls to it then go out without policy and mTLS, or are answered 502 with REGISTRY_ONLY.',
  fix: 'The namespace of the Service before the slash, and its full name behind it: shop/inventory.shop.svc.cluster.local.',
  check: (composition) =>
    composition
      .all('mesh/egress')
      .flatMap((sidecar) =>
        sidecar.values.entries.flatMap((entry) => checkEntry(sidecar, entry, composition)),
      ),
};

function checkEntry(
  { target, namespace: own }: EgressControl,
  entry: Value<string>,
  composition: Composition,
): Report[] {
  const [scope = '', host = ''] = entry.value.split('/');
  const namespace = scope === '.' ? own : scope;
  if (isUnresolved(entry.value) || host === '' || scope.startsWith('~')) return [];
  const say = (message: string, fix: string, severity?: 'info'): Report[] => [
    { target, at: entry.place, message, fix, ...(severity && { severity }) },
  ];
  const world = worldOf(composition);
  const owner = /^(?:\*|[^.]+)\.([^.]+)\.svc\.cluster\.local$/.exec(host)?.[1];
  if (owner !== undefined && namespace !== undefined && namespace !== '*' && owner !== namespace) {
    // Routes and entries of that namespace may be for the host all the same.
    if (isNamedIn(world, host, namespace, composition)) return [];
    return say(
      `${entry.value} looks for ${host} in namespace ${namespace}, and its Service can only be in ${owner}: nothing is imported.`,
      `${owner}/${host}`,
    );
  }
  if (host.includes('*') || isMade(world, host, '')) return [];
  if (isKnown(host, namespace, composition)) return [];
  const inside = inCluster(host, '');
  if (inside === undefined) return [];
  const beside = servicesBy(world).get(inside.namespace) ?? [];
  const meant = beside.find((name) => isSlip(inside.name, name) && !/\d/.test(name));
  if (meant !== undefined) {
    return say(
      `No Service of ${inside.namespace} is called ${inside.name}; there is ${meant}: nothing is imported.`,
      `${scope}/${meant}.${inside.namespace}.svc.cluster.local`,
    );
  }
  const isSure = registryOf(composition.all).isWhole(inside.namespace);
  // Where no Service of the namespace is here, they are elsewhere.
  if (!isSure && beside.length === 0) return [];
  return say(
    `No Service of ${inside.namespace} here is called ${inside.name}: ${isSure ? '' : 'unless it is elsewhere, '}nothing is imported.`,
    'The name of a Service that is there.',
    isSure ? undefined : 'info',
  );
}

function isKnown(host: string, namespace: string | undefined, composition: Composition): boolean {
  const world = worldOf(composition);
  if (findHost(world, host, '').length > 0) return true;
  // The Service of an upstream that scaffold.yaml declares is its owner's, in another repo.
  if (composition.all('app/call').some(({ values }) => values.host === host)) return true;
  return namespace !== undefined && isNamedIn(world, host, namespace, composition);
}

/** A ServiceEntry, VirtualService or HTTPRoute of the namespace is for the host. */
function isNamedIn(
  world: World,
  host: string,
  namespace: string,
  composition: Composition,
): boolean {
  const lies = (found: string) => found === namespace || found === '';
  return (
    findHost(world, host, '').some((one) => one.kind === 'ServiceEntry' && lies(one.namespace)) ||
    composition
      .all('mesh/route')
      .some(
        (route) =>
          isOfGatewayApi(route) && lies(route.namespace ?? '') && route.values.hosts.includes(host),
      ) ||
    virtualServicesOf(composition).some(
      (object) =>
        lies(object.object.namespace) &&
        hostsOf(object).some((one) => meets(one, host, object.object.namespace)),
    )
  );
}

function meets(written: string, host: string, from: string): boolean {
  const full = written.includes('.') ? written : `${written}.${from}.svc.cluster.local`;
  return full === host || (host.startsWith('*.') && full.endsWith(host.slice(1)));
}

/** Names of the Services by namespace. */
const servicesBy = perWorld(({ ofKind }) => {
  const found = new Map<string, string[]>();
  for (const { object } of ofKind('', 'Service')) {
    const known = found.get(object.namespace);
    if (known === undefined) found.set(object.namespace, [object.name]);
    else known.push(object.name);
  }
  return found;
});

import type { Place } from '../model/control.js';
import type { Flow } from '../flow/flow.js';
import { isSelected } from '../flow/selection.js';
import type { Selector } from '../flow/selector.js';
import { replicasOfWorkload, serviceOf, workloadsOf } from '../flow/workloads.js';
import { plural } from '../model/text.js';

/** An object that acts on a call, or that the call reaches. */
export type ActingObject = {
  /** Where it acts. */
  readonly at: 'caller' | 'gateway' | 'upstream';
  /** `Kind/name` */
  readonly target: string;
  readonly namespace: string | undefined;
  readonly place: Place;
  /** What it brings, in a few words. */
  readonly brings: string;
};

const PLACES: Readonly<Record<Flow['through'], ActingObject['at']>> = {
  gateway: 'gateway',
  sidecar: 'caller',
  shared: 'upstream',
  nothing: 'caller',
};

type Located = Pick<ActingObject, 'target' | 'namespace' | 'place'>;

/** The objects that act on a call, in the order in which it meets them. */
export function actingObjects(flow: Flow, all: Selector): readonly ActingObject[] {
  const at = PLACES[flow.through];
  const service = serviceOf(flow.host, all);
  const workloads = workloadsOf(flow.host, all);
  const upstream = service?.namespace;
  const guards = [...all('mesh/mtls'), ...all('mesh/authentication'), ...all('mesh/authorization')];
  return merged([
    ...all('mesh/egress')
      .filter(
        ({ namespace, values }) =>
          namespace === flow.namespace && isSelected(values.selector, flow.labels),
      )
      .map((control) => acting(at, control, 'hosts that the caller may see')),
    ...flow.routes.map((route) => acting(at, route, routeIn(route.values))),
    ...flow.policies.map((policy) => acting(at, policy, levelOf(policy.values))),
    ...all('mesh/entry')
      .filter(({ values }) => values.hosts.includes(flow.host))
      .map((entry) => acting('upstream', entry, portsOf(entry.values.ports))),
    ...(service === undefined ? [] : [acting('upstream', service, portsOf(service.values.ports))]),
    ...workloads.map((workload) => {
      const replicas = replicasOfWorkload(workload, all);
      const count = replicas === undefined ? '' : plural(replicas.value, 'replica');
      return acting('upstream', workload, count);
    }),
    ...guards
      .filter(
        ({ namespace, values }) =>
          namespace === upstream &&
          (values.selector === undefined ||
            workloads.some((workload) => isSelected(values.selector, workload.values.labels))),
      )
      .map((guard) =>
        acting('upstream', guard, guard.kind === 'mtls' ? guard.values.mode.value : ''),
      ),
  ]);
}

function acting(
  at: ActingObject['at'],
  { target, namespace, place }: Located,
  brings: string,
): ActingObject {
  return { at, target, namespace, place, brings };
}

/** `route v2 → reviews, subset v2`; the host that it stands for is not said again. */
function routeIn({ name, hosts, destinations }: Flow['routes'][number]['values']): string {
  const to = destinations.map(({ host, written, subset }) => {
    const other = hosts.includes(host.value) ? '' : written;
    return [other, subset === undefined ? '' : `subset ${subset.value}`]
      .filter((text) => text !== '')
      .join(' ');
  });
  const led = [...new Set(to)].filter((text) => text !== '').join(' and ');
  return led === '' ? `route ${name}` : `route ${name} → ${led}`;
}

/** One row an object; what it brings is joined. */
function merged(objects: readonly ActingObject[]): readonly ActingObject[] {
  const rows = new Map<string, ActingObject>();
  for (const object of objects) {
    const key = `${object.at} ${object.namespace ?? ''} ${object.target}`;
    const row = rows.get(key);
    const brings = [...new Set([row?.brings ?? '', object.brings])].filter((text) => text !== '');
    rows.set(key, { ...(row ?? object), brings: brings.join(', ') });
  }
  return [...rows.values()];
}

function levelOf({ level, subset, port, blocks }: Flow['policies'][number]['values']): string {
  const name = level === 'destination' ? '' : `${level} ${subset ?? port ?? ''}`;
  const held = blocks.length === 0 ? '' : blocks.join(', ');
  return [name, held].filter((text) => text !== '').join(': ');
}

function portsOf(ports: readonly { readonly number: number }[]): string {
  return ports.length === 0 ? '' : `port ${ports.map(({ number }) => number).join(', ')}`;
}

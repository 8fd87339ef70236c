import {
  down,
  entriesOf,
  exists,
  itemsOf,
  labelsOf,
  number,
  text,
  texts,
  type Cursor,
} from '../../../manifests/cursor.js';
import { perWorld, type World } from '../../../manifests/kind.js';
import type { Labels } from '../../../model/mesh-control.js';
import { namesOfCanary } from '../../kubernetes/made-services.js';
import { mayBeSame } from '../../world.js';

export type WrittenPort = {
  readonly number: number;
  readonly name: string;
  /** As Istio reads it from the protocol, the appProtocol or the beginning of the name, in lower case. */
  readonly protocol: string;
  readonly at: Cursor;
};

/** A Service or ServiceEntry, which the mesh can send to. */
export type Registered = {
  readonly object: Cursor;
  readonly kind: 'Service' | 'ServiceEntry';
  /** Empty when it is not known. */
  readonly namespace: string;
  readonly ports: readonly WrittenPort[];
  /** Namespaces that see it; `*` for all, `.` for its own. */
  readonly exportTo: readonly string[];
  /** Labels of its pods; undefined for one that selects none. */
  readonly selector: Labels | undefined;
  readonly isExternalName: boolean;
};

/** The Services and ServiceEntries by what they are called. */
type Registry = {
  readonly services: ReadonlyMap<string, readonly Registered[]>;
  readonly entries: ReadonlyMap<string, readonly Registered[]>;
  /** Names of Services that a controller makes of other objects. */
  readonly made: ReadonlySet<string>;
};

const registryOf = perWorld<Registry>(({ ofKind }) => {
  const [services, entries] = [new Map<string, Registered[]>(), new Map<string, Registered[]>()];
  for (const object of ofKind('', 'Service'))
    add(services, object.object.name, readService(object));
  for (const object of ofKind('networking.istio.io', 'ServiceEntry')) {
    const entry = readEntry(object);
    for (const host of texts(down(object, 'spec', 'hosts')).value) add(entries, host, entry);
  }
  return { services, entries, made: new Set(namesOfMade(ofKind)) };
});

/** Flagger makes three Services of a Canary, Knative some of each of its own, a ServiceImport is one. */
function namesOfMade(ofKind: World['ofKind']): string[] {
  return [
    ...ofKind('flagger.app', 'Canary').flatMap(namesOfCanary),
    ...ofKind('serving.knative.dev', 'Service').map(({ object }) => object.name),
    ...ofKind('multicluster.x-k8s.io', 'ServiceImport').map(({ object }) => object.name),
  ];
}

function add(map: Map<string, Registered[]>, key: string, registered: Registered): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [registered]);
  else known.push(registered);
}

function readService(object: Cursor): Registered {
  const spec = down(object, 'spec');
  const exported = text(down(object, 'metadata', 'annotations', 'networking.istio.io/exportTo'));
  const selector = labelsOf(down(spec, 'selector'));
  return {
    object,
    kind: 'Service',
    namespace: object.object.namespace,
    ports: itemsOf(down(spec, 'ports')).map((at) => readPort(at, 'port')),
    exportTo: exported.value === '' ? ['*'] : exported.value.split(',').map((one) => one.trim()),
    selector: entriesOf(down(spec, 'selector')).length === 0 ? undefined : selector,
    isExternalName: text(down(spec, 'type')).value === 'ExternalName',
  };
}

function readEntry(object: Cursor): Registered {
  const spec = down(object, 'spec');
  const exportTo = texts(down(spec, 'exportTo')).value;
  const selector = down(spec, 'workloadSelector', 'labels');
  return {
    object,
    kind: 'ServiceEntry',
    namespace: object.object.namespace,
    ports: itemsOf(down(spec, 'ports')).map((at) => readPort(at, 'number')),
    exportTo: exportTo.length === 0 ? ['*'] : exportTo,
    selector: exists(selector) ? labelsOf(selector) : undefined,
    isExternalName: false,
  };
}

function readPort(at: Cursor, field: string): WrittenPort {
  const name = text(down(at, 'name')).value;
  const app = text(down(at, 'appProtocol')).value;
  const written = text(down(at, 'protocol')).value.toLowerCase();
  const asked = app === '' ? (name.split('-')[0] ?? '') : app.replace(/^kubernetes\.io\//, '');
  // A ServiceEntry says the protocol itself; a Service's is that of the network.
  const protocol = field === 'number' && written !== '' ? written : asked.toLowerCase();
  return { number: number(down(at, field), 0).value, name, protocol, at };
}

/** The parts of a host within the cluster; undefined for any other. An empty namespace is not known. */
export function inCluster(
  host: string,
  from: string,
): { readonly name: string; readonly namespace: string } | undefined {
  if (!host.includes('.')) return { name: host, namespace: from };
  const [, name, namespace] = /^([^.]+)\.([^.]+)\.svc\.cluster\.local$/.exec(host) ?? [];
  return name === undefined || namespace === undefined ? undefined : { name, namespace };
}

/**
 * What the manifests hold under a host; several where a namespace is not known.
 *
 * @param from namespace of the object that names it; empty when it is not known
 */
export function findHost(world: World, host: string, from: string): readonly Registered[] {
  const { services, entries } = registryOf(world);
  const inside = inCluster(host, from);
  const here =
    inside === undefined
      ? []
      : (services.get(inside.name) ?? []).filter(({ namespace }) =>
          mayBeSame(namespace, inside.namespace),
        );
  if (here.length > 0) return here;
  return patternsOf(host).flatMap((pattern) => entries.get(pattern) ?? []);
}

/** `a.b.c`, `*.b.c`, `*.c`, `*` */
function patternsOf(host: string): string[] {
  const labels = host.split('.');
  const endings = labels.slice(1).map((_, index) => `*.${labels.slice(index + 1).join('.')}`);
  return [...new Set([host, ...endings, '*'])];
}

/** True for a host that a controller or another cluster makes, so that no manifest need hold it. */
export function isMade(world: World, host: string, from: string): boolean {
  const inside = inCluster(host, from);
  if (inside === undefined) return !host.endsWith('.cluster.local');
  return registryOf(world).made.has(inside.name);
}

/** @param from namespace that looks, empty when it is not known */
export function isVisible({ exportTo, namespace }: Registered, from: string): boolean {
  return exportTo.some(
    (scope) => scope === '*' || mayBeSame(scope === '.' ? namespace : scope, from),
  );
}

/** HTTP to Istio: requests, not bytes. */
export function isHttp(protocol: string): boolean {
  return /^(?:http|http2|grpc|grpc-web|h2c|ws|wss?)$/.test(protocol);
}

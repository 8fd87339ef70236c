import type { Labels } from '../../../model/mesh-control.js';
import {
  down,
  exists,
  itemsOf,
  labelsOf,
  number,
  text,
  type Cursor,
} from '../../../manifests/cursor.js';
import { perWorld, type World } from '../../../manifests/kind.js';
import { selectPods, type WrittenPods } from '../../kubernetes/written/pods.js';
import { mayBeSame } from '../../world.js';
import { POLICY } from './members.js';

/** A Server: one port of some pods. */
export type WrittenServer = {
  readonly object: Cursor;
  readonly namespace: string;
  readonly labels: Labels;
  /** Undefined where it selects by expressions, or workloads outside the cluster. */
  readonly isPlain: boolean;
  /** Number or name, as written. */
  readonly port: Cursor;
  readonly accessPolicy: string;
};

export const serversIn = perWorld<readonly WrittenServer[]>(({ ofKind }) =>
  ofKind(POLICY, 'Server').map((object) => {
    const spec = down(object, 'spec');
    const selector = down(spec, 'podSelector');
    return {
      object,
      namespace: object.object.namespace,
      labels: labelsOf(down(selector, 'matchLabels')),
      isPlain: exists(selector) && !exists(down(selector, 'matchExpressions')),
      port: down(spec, 'port'),
      accessPolicy: text(down(spec, 'accessPolicy'), 'deny').value,
    };
  }),
);

/** The pods that a Server is for, as far as they are among the manifests. */
export function podsOfServer(server: WrittenServer, world: World): readonly WrittenPods[] {
  return server.isPlain ? selectPods(world, server.labels, server.namespace) : [];
}

/** A port that a container of pods declares, native sidecars' included. */
export type DeclaredPort = { readonly number: number; readonly name: string };

export function portsOfPods({ spec }: WrittenPods): readonly DeclaredPort[] {
  return ['containers', 'initContainers']
    .flatMap((list) => itemsOf(down(spec, list)))
    .flatMap((container) => itemsOf(down(container, 'ports')))
    .map((port) => ({
      number: number(down(port, 'containerPort'), 0).value,
      name: text(down(port, 'name')).value,
    }));
}

/** The number of a Server's port at some pods; undefined where no container has a port of its name. */
export function portOfServer({ port }: WrittenServer, pods: WrittenPods): number | undefined {
  const written = text(port).value;
  if (/^\d+$/.test(written)) return Number(written);
  return portsOfPods(pods).find(({ name }) => name === written)?.number;
}

/** An AuthorizationPolicy, by what it is for. */
export type WrittenAuthorization = {
  readonly object: Cursor;
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
  readonly references: readonly Cursor[];
};

export const authorizationsIn = perWorld<readonly WrittenAuthorization[]>(({ ofKind }) =>
  ofKind(POLICY, 'AuthorizationPolicy').map((object) => {
    const target = down(object, 'spec', 'targetRef');
    return {
      object,
      kind: text(down(target, 'kind')).value,
      name: text(down(target, 'name')).value,
      namespace: object.object.namespace,
      references: itemsOf(down(object, 'spec', 'requiredAuthenticationRefs')),
    };
  }),
);

/** Authorizations of an object of a namespace. */
export function authorizationsOf(
  {
    kind,
    name,
    namespace,
  }: { readonly kind: string; readonly name: string; readonly namespace: string },
  world: World,
): readonly WrittenAuthorization[] {
  return authorizationsIn(world).filter(
    (one) => one.kind === kind && one.name === name && mayBeSame(one.namespace, namespace),
  );
}

/** What lets callers in to a Server as a whole: its own, its namespace's, and those of the older kind. */
export function wideAuthorizations(server: WrittenServer, world: World): readonly Cursor[] {
  const { name, namespace } = server.object.object;
  const older = world.ofKind(POLICY, 'ServerAuthorization').filter((object) => {
    const meant = down(object, 'spec', 'server');
    return (
      mayBeSame(object.object.namespace, namespace) &&
      (text(down(meant, 'name')).value === name || exists(down(meant, 'selector')))
    );
  });
  return [
    ...authorizationsOf({ kind: 'Server', name, namespace }, world).map(({ object }) => object),
    ...authorizationsIn(world)
      .filter((one) => one.kind === 'Namespace' && mayBeSame(one.namespace, namespace))
      .map(({ object }) => object),
    ...older,
  ];
}

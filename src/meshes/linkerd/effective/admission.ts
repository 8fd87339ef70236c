import type { Admission, Admittance } from '../../../flow/mesh-source.js';
import { isSelected } from '../../../flow/selection.js';
import type { Selector } from '../../../flow/selector.js';
import { locate, targetOf } from '../../../manifests/cursor.js';
import { mayBeSame, worldOf } from '../../world.js';
import { admits, callersOf } from '../written/callers.js';
import { authorizationsOf, serversIn, wideAuthorizations } from '../written/inbound.js';
import { routesOf } from '../written/routes.js';

/**
 * What the Servers of pods say of a caller: it is refused where every one of them that is for the pods lets it in on
 * no path. Nothing is said where an authorization is not known.
 */
export function admissionOf({ caller, pods }: Admittance, all: Selector): Admission | undefined {
  const world = worldOf({ all });
  const { labels, namespace } = pods;
  if (labels === undefined) return undefined;
  const servers = serversIn(world).filter(
    (server) =>
      server.isPlain &&
      server.accessPolicy === 'deny' &&
      mayBeSame(server.namespace, namespace ?? '') &&
      isSelected(server.labels, labels),
  );
  const policies = servers.flatMap((server) => {
    const { name, namespace: owner } = server.object.object;
    const routes = routesOf({ kind: 'Server', name, namespace: owner }, world);
    return [
      ...wideAuthorizations(server, world),
      ...routes.flatMap(({ object, kind }) =>
        authorizationsOf({ kind, name: object.object.name, namespace: owner }, world).map(
          (one) => one.object,
        ),
      ),
    ];
  });
  // Whoever comes without an identity is a probe: callers of the mesh have one, and are looked for by it.
  const named = policies.filter(
    (object) => callersOf(object, world).kind !== 'unidentified' || policies.length === 1,
  );
  if (named.length === 0) return undefined;
  const answers = named.map((object) =>
    admits(callersOf(object, world), caller.namespace, caller.serviceAccount),
  );
  if (answers.some((answer) => answer === undefined)) return undefined;
  return {
    policies: named.map((object) => ({ target: targetOf(object), place: locate(object) })),
    identity: `${caller.serviceAccount}.${caller.namespace}`,
    isLet: answers.includes(true),
    fix: `identityRefs of a MeshTLSAuthentication: { kind: ServiceAccount, name: ${caller.serviceAccount}, namespace: ${caller.namespace} }.`,
  };
}

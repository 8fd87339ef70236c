import type { Emitted } from '../../../model/context.js';
import type { MeshPlace } from '../../../model/mesh-emitter.js';

/**
 * Who may call, as a MeshTLSAuthentication says it. Nobody declared means the own namespace, or with users every
 * workload of the mesh: only the application can tell whether a user calls.
 */
export function allowedIdentities(
  { namespace, callers }: MeshPlace,
  issuer: string | undefined,
): Emitted {
  const accounts = callers.map(({ namespace: home, serviceAccount }) => ({
    name: serviceAccount,
    namespace: home,
  }));
  return {
    accounts: accounts.filter(
      ({ name, namespace: home }, index) =>
        accounts.findIndex((other) => other.name === name && other.namespace === home) === index,
    ),
    namespaces: callers.length === 0 && issuer === undefined ? [namespace] : [],
    everyone: callers.length === 0 && issuer !== undefined,
  };
}

import { down, eachText, exists, itemsOf, text, type Cursor } from '../../../manifests/cursor.js';
import type { World } from '../../../manifests/kind.js';
import { mayBeSame } from '../../world.js';
import { POLICY } from './members.js';

/** Who an authorization lets in, by identity. */
export type AdmittedCallers =
  /** Whoever comes from some networks, without an identity. */
  | { readonly kind: 'unidentified' }
  /** Every workload of the mesh. */
  | { readonly kind: 'everyone' }
  /** `<namespace>/<account>`, or an identity as it is written. */
  | { readonly kind: 'named'; readonly callers: ReadonlySet<string> }
  | { readonly kind: 'unknown' };

/** What the references of an AuthorizationPolicy admit; of one of the older kind nothing is known. */
export function callersOf(object: Cursor, world: World): AdmittedCallers {
  if (object.object.kind !== 'AuthorizationPolicy') return { kind: 'unknown' };
  const namespace = object.object.namespace;
  const references = itemsOf(down(object, 'spec', 'requiredAuthenticationRefs'));
  // All must hold: the one that asks for an identity says who.
  for (const at of references) {
    const owner = text(down(at, 'namespace')).value || namespace;
    const name = text(down(at, 'name')).value;
    switch (text(down(at, 'kind')).value) {
      case 'ServiceAccount':
        return { kind: 'named', callers: new Set([`${owner}/${name}`]) };
      case 'MeshTLSAuthentication':
        return callersIn(name, owner, world);
    }
  }
  return { kind: 'unidentified' };
}

function callersIn(name: string, namespace: string, world: World): AdmittedCallers {
  const found = world
    .ofKind(POLICY, 'MeshTLSAuthentication')
    .find(({ object }) => object.name === name && mayBeSame(object.namespace, namespace));
  if (found === undefined) return { kind: 'unknown' };
  const identities = eachText(down(found, 'spec', 'identities')).map(({ value }) => value);
  if (identities.includes('*')) return { kind: 'everyone' };
  const own = found.object.namespace;
  const accounts = itemsOf(down(found, 'spec', 'identityRefs')).map((at) => {
    const kind = text(down(at, 'kind'), 'ServiceAccount').value;
    const account = text(down(at, 'name')).value;
    return kind === 'Namespace'
      ? `${account}/*`
      : `${exists(down(at, 'namespace')) ? text(down(at, 'namespace')).value : own}/${account}`;
  });
  return { kind: 'named', callers: new Set([...identities.map(accountOf), ...accounts]) };
}

/** `shop/web` of `web.shop.serviceaccount.identity.linkerd.cluster.local`; patterns stay as they are. */
function accountOf(identity: string): string {
  const [, account, namespace] =
    /^([^.*]+)\.([^.*]+)\.serviceaccount\.identity\./.exec(identity) ?? [];
  return account === undefined ? identity : `${namespace ?? ''}/${account}`;
}

/** Whether a caller is among them; undefined where that is not known. */
export function admits(
  admitted: AdmittedCallers,
  namespace: string,
  account: string,
): boolean | undefined {
  switch (admitted.kind) {
    case 'unknown':
      return undefined;
    case 'everyone':
    case 'unidentified':
      return true;
    case 'named': {
      const { callers } = admitted;
      if (callers.has(`${namespace}/${account}`) || callers.has(`${namespace}/*`)) return true;
      // A pattern, such as *.shop.serviceaccount.identity.linkerd.cluster.local.
      return [...callers].some((one) => one.includes('*.') || !one.includes('/'))
        ? undefined
        : false;
    }
  }
}

/** True when everyone whom one lets in is surely let in by another, too. */
export function isWithin(narrow: AdmittedCallers, wide: AdmittedCallers): boolean {
  if (wide.kind === 'unidentified' || narrow.kind === 'unidentified')
    return wide.kind === 'unidentified' && narrow.kind !== 'unidentified';
  if (wide.kind === 'everyone') return true;
  if (wide.kind !== 'named' || narrow.kind !== 'named') return false;
  return [...narrow.callers].every((one) => wide.callers.has(one));
}

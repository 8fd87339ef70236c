import type { MeshPlace, Served } from '../../../model/mesh-emitter.js';

/** One `source` of an AuthorizationPolicy; it matches when all its non-empty lists do. */
export type AllowedSource = {
  readonly principals: readonly string[];
  readonly requestPrincipals: readonly string[];
  readonly namespaces: readonly string[];
};

/**
 * Who may call, most specific first. With authenticated users a caller that brings them needs both
 * identities; nobody declared means every user, or without users the own namespace.
 */
export function allowedSources(
  { namespace, trustDomain, callers }: MeshPlace,
  issuer: string | undefined,
): readonly AllowedSource[] {
  const users = issuer === undefined ? [] : [`${issuer}/*`];
  if (callers.length === 0) {
    return users.length > 0
      ? [{ principals: [], requestPrincipals: users, namespaces: [] }]
      : [{ principals: [], requestPrincipals: [], namespaces: [namespace] }];
  }
  return callers.map((caller) => ({
    principals: [`${trustDomain}/ns/${caller.namespace}/sa/${caller.serviceAccount}`],
    requestPrincipals: caller.users ? users : [],
    namespaces: [],
  }));
}

/** Which methods callers may call, as paths; none where they have no names, or nobody has declared them. */
export function allowedMethods({ methods, healthMethods }: Served): {
  readonly paths: readonly string[];
  readonly anyMethod: boolean;
} {
  const isNamed = methods.length > 0;
  return {
    paths: isNamed ? [...methods, ...healthMethods] : [],
    anyMethod: !isNamed && healthMethods.length > 0,
  };
}

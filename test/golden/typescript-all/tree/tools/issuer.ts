import {
  exportJWK,
  generateKeyPair,
  importJWK,
  SignJWT,
  type JSONWebKeySet,
  type JWK,
  type JWTPayload,
} from 'jose';

const algorithm = 'RS256';

/** Signs tokens with a key of its own, for the tests and for the development stack. */
export type Issuer = {
  readonly keyId: string;
  /** With the private part. */
  readonly key: JWK;
};

export async function createIssuer(keyId: string): Promise<Issuer> {
  const { privateKey } = await generateKeyPair(algorithm, { extractable: true });
  return { keyId, key: await exportJWK(privateKey) };
}

/** A token that holds `claims`. */
export async function signToken({ keyId, key }: Issuer, claims: JWTPayload): Promise<string> {
  const header = { alg: algorithm, kid: keyId };
  return await new SignJWT(claims).setProtectedHeader(header).sign(await importJWK(key, algorithm));
}

/** The public keys of issuers as a JSON Web Key Set (RFC 7517). */
export function publicKeys(...issuers: readonly Issuer[]): JSONWebKeySet {
  return {
    keys: issuers.map(({ keyId, key: { kty, n, e } }) => ({ kid: keyId, use: 'sig', kty, n, e })),
  } as JSONWebKeySet;
}

import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';

import type { JWK } from 'jose';
import { z } from 'zod';

/** What RFC 7518 section 3.3 asks for. */
const minRsaBits = 2_048;

const keySet = z.object({ keys: z.array(z.unknown()) });

/** A public key for signatures. */
const publishedKey = z.looseObject({
  kid: z.string().optional(),
  alg: z.string().optional(),
  use: z.enum(['', 'sig']).optional(),
  key_ops: z
    .array(z.string())
    .refine((operations) => operations.includes('verify'))
    .optional(),
  d: z.undefined().optional(),
});

/**
 * The keys of a JSON Web Key Set that can verify a token. Others are left out: an issuer may publish keys
 * for other uses, or of kinds that are not known here yet.
 *
 * @throws Error when `body` is no key set
 */
export function usableKeys(body: unknown): JWK[] {
  return keySet.parse(body).keys.flatMap((published) => usableKey(published) ?? []);
}

function usableKey(published: unknown): JWK | undefined {
  const { success, data } = publishedKey.safeParse(published);
  if (!success) return undefined;
  try {
    const key = createPublicKey({ key: published as JsonWebKey, format: 'jwk' });
    if (!isStrong(key)) return undefined;
    const { kid, alg } = data;
    return { ...(key.export({ format: 'jwk' }) as JWK), ...(kid && { kid }), ...(alg && { alg }) };
  } catch {
    return undefined;
  }
}

function isStrong({ asymmetricKeyType: type, asymmetricKeyDetails: details }: KeyObject): boolean {
  switch (type) {
    case 'rsa':
      return (details?.modulusLength ?? 0) >= minRsaBits;
    case 'ec':
      return ['prime256v1', 'secp384r1', 'secp521r1'].includes(details?.namedCurve ?? '');
    default:
      return type === 'ed25519';
  }
}

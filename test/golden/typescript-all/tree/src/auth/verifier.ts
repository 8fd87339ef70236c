import {
  errors,
  jwtVerify,
  type CryptoKey,
  type JWTVerifyGetKey,
  type JWTVerifyOptions,
} from 'jose';
import { z } from 'zod';

import type { JwtSettings } from '../config/jwt.ts';
import { readMembers } from './exact.ts';
import type { Keys } from './keys.ts';

/** What a header may say. There are no extensions that the service understands (RFC 7515 section 4.1.11). */
const header = z.object({
  kid: z.string().min(1).optional(),
  crit: z.undefined('has extensions that are not understood').optional(),
});
const headerNames = 'alg b64 crit cty jku jwk kid typ x5c x5t x5t#S256 x5u'.split(' ');

/** The parts of a token that the service uses. */
const claims = z.object({
  iss: z.string().optional(),
  sub: z.string().default(''),
  aud: z.union([z.string(), z.array(z.string())]).optional(),
  exp: z.number().optional(),
  nbf: z.number().optional(),
  iat: z.number().optional(),
  jti: z.string().optional(),
  /** The granted scopes, separated by spaces (RFC 8693). */
  scope: z.string().default(''),
});
const claimNames = Object.keys(claims.shape);
export type Claims = Readonly<Pick<z.infer<typeof claims>, 'sub' | 'scope'>>;

/** Gives the claims of a token, or throws when it is not valid for this service. */
export type Verify = (token: string) => Promise<Claims>;

/** Accepts tokens that `settings` describe and one of `keys` has signed. */
export function createVerifier(settings: JwtSettings, keys: Keys): Verify {
  const options = {
    algorithms: [...settings.algorithms],
    issuer: settings.issuer,
    audience: [...settings.audiences],
    requiredClaims: ['exp'],
    clockTolerance: settings.leeway / 1_000,
  };
  return async (token) => {
    const [headerBytes, claimBytes] = readSegments(token);
    header.parse(readMembers(headerBytes, headerNames));
    const { sub, scope } = claims.parse(readMembers(claimBytes, claimNames));
    await verifyByAnyKey(token, keys.find, options);
    return { sub, scope };
  };
}

/** The header and the claims of a token, whose segments are base64url as an encoder writes it. */
function readSegments(token: string): readonly [header: Uint8Array, claims: Uint8Array] {
  const segments = token.split('.');
  const [header, claims, signature] = segments.map((segment) => Buffer.from(segment, 'base64url'));
  const isExact = [header, claims, signature].every(
    (bytes, index) => bytes?.toString('base64url') === segments[index],
  );
  if (!header || !claims || segments.length !== 3 || !isExact) {
    throw new errors.JWTInvalid('is not three segments of base64url');
  }
  return [header, claims];
}

/** A token that names no key may be signed with any of its algorithm. */
async function verifyByAnyKey(
  token: string,
  find: JWTVerifyGetKey,
  options: JWTVerifyOptions,
): Promise<void> {
  try {
    await jwtVerify(token, find, options);
  } catch (error) {
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
    const keys: CryptoKey[] = [];
    for await (const key of error) keys.push(key);
    await verifyByOneOf(keys, token, options);
  }
}

async function verifyByOneOf(
  [key, ...others]: readonly CryptoKey[],
  token: string,
  options: JWTVerifyOptions,
): Promise<void> {
  if (!key) throw new errors.JWSSignatureVerificationFailed();
  try {
    await jwtVerify(token, key, options);
  } catch (error) {
    if (!(error instanceof errors.JWSSignatureVerificationFailed)) throw error;
    await verifyByOneOf(others, token, options);
  }
}

import { jwtVerify } from 'jose';
import { z } from 'zod';

import type { JwtSettings } from '../config/jwt.ts';
import type { Keys } from './keys.ts';

/** The parts of a token that the service uses. */
const claims = z.object({
  sub: z.string().default(''),
  /** The granted scopes, separated by spaces (RFC 8693). */
  scope: z.string().default(''),
});
export type Claims = Readonly<z.infer<typeof claims>>;

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
    const { payload } = await jwtVerify(token, keys, options);
    return claims.parse(payload);
  };
}

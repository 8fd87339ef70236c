import { createLocalJWKSet, type JWTPayload } from 'jose';

import type { Keys } from '../../src/auth/keys.ts';
import type { JwtSettings } from '../../src/config/jwt.ts';
import { createIssuer, publicKeys } from '../../tools/issuer.ts';

export const readScope = 'orders:read';
export const writeScope = 'orders:write';

export const jwtSettings: JwtSettings = {
  issuer: 'https://issuer.test',
  audiences: ['orders', 'orders-admin'],
  jwksUri: 'https://issuer.test/jwks.json',
  algorithms: ['RS256'],
  leeway: 60_000,
  anonymousPaths: ['/open'],
  readyWithoutKeys: false,
};

/** Holds the key that the service knows. */
export const knownIssuer = await createIssuer('key-1');

/** Pretends to be the known issuer, with another key. */
export const stranger = await createIssuer('key-1');

/** The keys of the known issuer, without a network. */
export const staticKeys: Keys = {
  find: createLocalJWKSet(publicKeys(knownIssuer)),
  missing: () => undefined,
};

/** A time in the claims of a token. */
export function secondsFromNow(seconds: number): number {
  return Math.floor(Date.now() / 1_000) + seconds;
}

/** Claims that every check accepts, but for those in `overrides`. */
export function claims(overrides: Record<string, unknown> = {}): JWTPayload {
  return {
    iss: jwtSettings.issuer,
    sub: 'alice',
    aud: 'orders',
    exp: secondsFromNow(3_600),
    scope: `${readScope} ${writeScope}`,
    ...overrides,
  };
}

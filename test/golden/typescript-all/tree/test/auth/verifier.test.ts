import { createPublicKey, type JsonWebKey } from 'node:crypto';

import { errors, importJWK, SignJWT, UnsecuredJWT } from 'jose';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ZodError } from 'zod';

import { createVerifier } from '../../src/auth/verifier.ts';
import { signToken } from '../../tools/issuer.ts';
import {
  claims,
  jwtSettings,
  knownIssuer,
  secondsFromNow,
  staticKeys,
  stranger,
} from '../support/tokens.ts';

type Refusal = abstract new (...args: never[]) => Error;

const verify = createVerifier(jwtSettings, staticKeys);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
});

afterEach(() => {
  vi.useRealTimers();
});

describe('verify claims', () => {
  const { JWTClaimValidationFailed: Invalid, JWTExpired: Expired } = errors;

  test.each<[string, string, unknown]>([
    ['valid', 'sub', 'alice'],
    ['second audience', 'aud', 'orders-admin'],
    ['one of many audiences', 'aud', ['billing', 'orders']],
    ['expired within leeway', 'exp', -59],
    ['early within leeway', 'nbf', 60],
  ])('%s', async (_name, claim, value) => {
    const token = await signToken(knownIssuer, claims({ [claim]: resolve(claim, value) }));
    expect(await verify(token)).toHaveProperty('sub', 'alice');
  });

  test.each<[string, string, unknown, Refusal]>([
    ['wrong audience', 'aud', 'billing', Invalid],
    ['no audience', 'aud', undefined, Invalid],
    ['wrong issuer', 'iss', 'https://other.test', Invalid],
    ['no issuer', 'iss', undefined, Invalid],
    ['no expiry', 'exp', undefined, Invalid],
    ['expired beyond leeway', 'exp', -60, Expired],
    ['early beyond leeway', 'nbf', 61, Invalid],
    ['scope of a wrong type', 'scope', 7, ZodError],
  ])('%s', async (_name, claim, value, error) => {
    const token = await signToken(knownIssuer, claims({ [claim]: resolve(claim, value) }));
    await expect(verify(token)).rejects.toThrow(error);
  });

  /** Numbers in times are seconds from now. */
  function resolve(claim: string, value: unknown): unknown {
    return ['exp', 'nbf'].includes(claim) && typeof value === 'number'
      ? secondsFromNow(value)
      : value;
  }

  test('no subject and no scope', async () => {
    const token = await signToken(knownIssuer, claims({ sub: undefined, scope: undefined }));
    expect(await verify(token)).toEqual({ sub: '', scope: '' });
  });
});

describe('verify signature', () => {
  const publicKey = createPublicKey({ key: knownIssuer.key as JsonWebKey, format: 'jwk' });
  const secret = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const signed = async (alg: string, kid: string) =>
    await new SignJWT(claims())
      .setProtectedHeader({ alg, kid })
      .sign(alg === 'HS256' ? Buffer.from(secret) : await importJWK(knownIssuer.key, alg));

  test('valid', async () => {
    expect(await verify(await signed('RS256', 'key-1'))).toHaveProperty('sub', 'alice');
  });

  test.each<[string, () => string | Promise<string>, Refusal]>([
    ['no signature', () => new UnsecuredJWT(claims()).encode(), errors.JOSEAlgNotAllowed],
    ['public key as shared secret', () => signed('HS256', 'key-1'), errors.JOSEAlgNotAllowed],
    ['algorithm that is not pinned', () => signed('RS512', 'key-1'), errors.JOSEAlgNotAllowed],
    [
      'key of somebody else',
      () => signToken(stranger, claims()),
      errors.JWSSignatureVerificationFailed,
    ],
    ['unknown key', () => signed('RS256', 'key-2'), errors.JWKSNoMatchingKey],
    ['garbage', () => 'a.b.c', errors.JWSInvalid],
  ])('%s', async (_name, token, error) => {
    await expect(verify(await token())).rejects.toThrow(error);
  });
});

import { createPrivateKey, createPublicKey, createSign, type JsonWebKey } from 'node:crypto';

import { createLocalJWKSet, errors, importJWK, SignJWT, UnsecuredJWT } from 'jose';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ZodError } from 'zod';

import { createVerifier } from '../../src/auth/verifier.ts';
import { createIssuer, publicKeys, signToken } from '../../tools/issuer.ts';
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
    ['expiry in fractions', 'exp', 3_600.5],
    ['expiry after all time', 'exp', 1e300],
    ['begin before all time', 'nbf', -1e300],
    ['issued in the future', 'iat', 3_600],
    ['claim of another name', 'scopes', 7],
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
    ['no audience at all', 'aud', [], Invalid],
    ['audience that is null', 'aud', null, ZodError],
    ['audience in part a number', 'aud', ['orders', 1], ZodError],
    ['expiry as text', 'exp', '4102444800', ZodError],
    ['expiry that is null', 'exp', null, ZodError],
    ['begin after all time', 'nbf', 1e300, Invalid],
    ['begin as text', 'nbf', '0', ZodError],
    ['issued as text', 'iat', '0', ZodError],
    ['subject that is none', 'sub', 7, ZodError],
    ['scope of a wrong type', 'scope', 7, ZodError],
    ['expiry in capitals', 'EXP', 4_102_444_800, Error],
    ['scope with a long s', '\u017fcope', 'orders:admin', Error],
  ])('%s', async (_name, claim, value, error) => {
    const token = await signToken(knownIssuer, claims({ [claim]: resolve(claim, value) }));
    await expect(verify(token)).rejects.toThrow(error);
  });

  /** Numbers in times are seconds from now. */
  function resolve(claim: string, value: unknown): unknown {
    return ['exp', 'nbf', 'iat'].includes(claim) && typeof value === 'number'
      ? secondsFromNow(value)
      : value;
  }

  test('expiry without end', async () => {
    const payload = JSON.stringify(claims({ exp: 0 })).replace('"exp":0', '"exp":1e400');
    const token = signText('{"alg":"RS256","kid":"key-1"}', payload);
    await expect(verify(token)).rejects.toThrow(ZodError);
  });

  test('no subject and no scope', async () => {
    const token = await signToken(knownIssuer, claims({ sub: undefined, scope: undefined }));
    expect(await verify(token)).toEqual({ sub: '', scope: '' });
  });
});

const publicKey = createPublicKey({ key: knownIssuer.key as JsonWebKey, format: 'jwk' });
const secret = publicKey.export({ type: 'spki', format: 'pem' }).toString();
const signed = async (
  alg: string,
  kid?: string,
  key = knownIssuer.key,
  overrides: Record<string, unknown> = {},
) =>
  await new SignJWT(claims(overrides))
    .setProtectedHeader({ alg, ...(kid && { kid }) })
    .sign(alg === 'HS256' ? Buffer.from(secret) : await importJWK(key, alg));

describe('verify signature', () => {
  test('valid', async () => {
    expect(await verify(await signed('RS256', 'key-1'))).toHaveProperty('sub', 'alice');
  });

  test('no key named', async () => {
    expect(await verify(await signed('RS256'))).toHaveProperty('sub', 'alice');
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
    ['garbage', () => 'a.b.c', errors.JWTInvalid],
  ])('%s', async (_name, token, error) => {
    await expect(verify(await token())).rejects.toThrow(error);
  });
});

test('every key is tried when none is named', async () => {
  const other = { ...stranger, keyId: 'key-2' };
  for (const issuers of [
    [knownIssuer, other],
    [other, knownIssuer],
  ]) {
    const keys = { ...staticKeys, find: createLocalJWKSet(publicKeys(...issuers)) };
    const verifyByBoth = createVerifier(jwtSettings, keys);
    for (const { key } of issuers) await verifyByBoth(await signed('RS256', undefined, key));
    const expired = signed('RS256', undefined, other.key, { exp: secondsFromNow(-3_600) });
    await expect(verifyByBoth(await expired)).rejects.toThrow(errors.JWTExpired);
    const foreign = signed('RS256', undefined, (await createIssuer('')).key);
    await expect(verifyByBoth(await foreign)).rejects.toThrow(
      errors.JWSSignatureVerificationFailed,
    );
  }
});

/** Signs a header and claims as they are written. */
function signText(header: string, payload = JSON.stringify(claims())): string {
  const encode = (text: string) => Buffer.from(text).toString('base64url');
  const content = `${encode(header)}.${encode(payload)}`;
  const key = createPrivateKey({ key: knownIssuer.key as JsonWebKey, format: 'jwk' });
  return `${content}.${createSign('sha256').update(content).sign(key, 'base64url')}`;
}

describe('verify header', () => {
  test.each([
    '{"alg":"RS256","kid":"key-1"}',
    '{"alg":"RS256","kid":"key-1","jku":"https://other.test"}',
  ])('accepts %s', async (header) => {
    expect(await verify(signText(header))).toHaveProperty('sub', 'alice');
  });

  test.each([
    '{"alg":"RS256","kid":""}',
    '{"alg":"RS256","kid":1}',
    '{"alg":"RS256","kid":null}',
    '{"alg":"RS256","kid":"key-1","crit":["x"],"x":1}',
    '{"alg":"RS256","kid":"key-1","crit":["b64"],"b64":true}',
    '{"alg":"RS256","kid":"key-1","crit":[]}',
    '{"alg":"RS256","kid":"key-1","KID":"key-2"}',
    '{"alg":"RS256","\u212aid":"key-1"}',
    '{"alg":"RS256","alg":"RS256","kid":"key-1"}',
    '["alg","RS256"]',
  ])('refuses %s', async (header) => {
    await expect(verify(signText(header))).rejects.toThrow();
  });
});

test('segments are exact', async () => {
  const token = await signToken(knownIssuer, claims());
  const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  // An encoder leaves the last bits zero: a decoder may take the next digit for the same.
  const nextDigit = digits[digits.indexOf(token.slice(-1)) + 1];
  for (const other of [
    `${token}==`,
    `${token.slice(0, -1)}${nextDigit}`,
    `${token}.e30`,
    ` ${token}`,
    token.replace('.', ''),
  ]) {
    await expect(verify(other)).rejects.toThrow('three segments of base64url');
  }
});

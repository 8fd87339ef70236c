import { describe, expect, test } from 'vitest';

import { usableKeys } from '../../src/auth/usable-keys.ts';

/** A public key that nobody could sign with. */
function rsaKey(bits: number) {
  const modulus = Buffer.alloc(Math.ceil(bits / 8));
  modulus[0] = 1 << ((bits - 1) % 8);
  modulus[modulus.length - 1] = 1;
  return { kty: 'RSA', e: 'AQAB', n: modulus.toString('base64url') };
}

const rsa = rsaKey(2_048);
const ec = {
  kty: 'EC',
  crv: 'P-256',
  x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
  y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
};
const ed25519 = { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' };

describe('usable keys', () => {
  test.each([
    ['RSA', rsa],
    ['EC', ec],
    ['Ed25519', ed25519],
  ])('%s is usable', (_name, key) => {
    expect(usableKeys({ keys: [{ ...key, kid: 'key-1' }] })).toEqual([{ ...key, kid: 'key-1' }]);
  });

  test('what a key says of itself', () => {
    const certified = {
      ...rsa,
      kid: 'key-1',
      alg: 'RS256',
      use: 'sig',
      key_ops: ['verify'],
      x5c: [''],
    };
    expect(usableKeys({ keys: [certified] })).toEqual([{ ...rsa, kid: 'key-1', alg: 'RS256' }]);
    expect(usableKeys({ keys: [{ ...rsa, kid: '', alg: '', use: '' }] })).toEqual([rsa]);
  });

  test.each([
    ['short RSA', rsaKey(2_047)],
    ['for encryption', { ...rsa, use: 'enc' }],
    ['for signing', { ...rsa, key_ops: ['sign'] }],
    ['for no operation', { ...rsa, key_ops: [] }],
    ['private', { ...ec, d: 'jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI' }],
    ['shared secret', { kty: 'oct', k: 'AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr8' }],
    ['kind of the future', { kty: 'AKP', alg: 'ML-DSA-44', pub: 'AA' }],
    ['curve of somewhere else', { kty: 'EC', crv: 'secp256k1', x: 'AA', y: 'AA' }],
    ['point beside its curve', { ...ec, x: 'AA', y: 'AA' }],
    ['name that is a number', { ...rsa, kid: 1 }],
    ['without parts', { kty: 'RSA' }],
    ['no key', null],
  ])('%s is left out, and the others stay', (_name, key) => {
    expect(usableKeys({ keys: [key, rsa] })).toEqual([rsa]);
  });

  test.each([{}, [], { keys: {} }, null])('%j is no key set', (body) => {
    expect(() => usableKeys(body)).toThrow();
  });
});

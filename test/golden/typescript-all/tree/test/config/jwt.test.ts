import { expect, test } from 'vitest';

import { loadJwt } from '../../src/config/jwt.ts';
import { expectRange, loadPart } from '../support/config.ts';

const valid = {
  JWT_ISSUER: 'https://issuer.test/',
  JWT_AUDIENCES: 'orders, orders-admin',
  JWT_JWKS_URI: 'http://issuer.test/keys',
  JWT_ALGORITHMS: 'ES256,EdDSA',
  JWT_LEEWAY: '10s',
  JWT_ANONYMOUS_PATHS: '/v1/items',
  JWT_READY_WITHOUT_KEYS: 'true',
};

function load(variables: Record<string, string>) {
  return loadPart(loadJwt, { ...valid, ...variables });
}

test('jwt', () => {
  expect(load({})).toEqual({
    issuer: 'https://issuer.test/',
    audiences: ['orders', 'orders-admin'],
    jwksUri: 'http://issuer.test/keys',
    algorithms: ['ES256', 'EdDSA'],
    leeway: 10_000,
    anonymousPaths: ['/v1/items'],
    readyWithoutKeys: true,
  });
});

test('no anonymous paths', () => {
  expect(load({ JWT_ANONYMOUS_PATHS: '' }).anonymousPaths).toEqual([]);
});

const algorithms = 'RS256,RS384,RS512,PS256,PS384,PS512,ES256,ES384,ES512,EdDSA';

test.each([
  ['JWT_AUDIENCES', ['orders'], ['orders,', ',']],
  ['JWT_JWKS_URI', ['https://issuer.test/keys'], ['issuer.test', 'file:///keys', 'https://']],
  ['JWT_ALGORITHMS', [algorithms], ['none', 'HS256', 'RS256,HS256', 'rs256', 'RS2560', 'XRS256']],
  ['JWT_LEEWAY', ['0s', '5m'], ['-1s', '301s', '60']],
  ['JWT_READY_WITHOUT_KEYS', ['true', 'false'], ['yes', 'True', '1']],
  ['JWT_ANONYMOUS_PATHS', ['/healthz, /readyz'], ['healthz', 'health/z', '/healthz,*']],
])('jwt ranges of %s', (name, accepted, refused) => {
  expectRange(load, name, { accepted, refused });
});

test('jwt refusals say what is missing', () => {
  expect(() => load({ JWT_AUDIENCES: ',' })).toThrow('a comma-separated list of audiences');
  expect(() => load({ JWT_JWKS_URI: 'x' })).toThrow('must be an http or https URL with a host');
  expect(() => load({ JWT_ALGORITHMS: 'x' })).toThrow('asymmetric algorithms such as RS256');
  expect(() => load({ JWT_ANONYMOUS_PATHS: 'x' })).toThrow('paths that begin with /');
  expect(() => load({ JWT_READY_WITHOUT_KEYS: 'x' })).toThrow('must be true or false');
});

import { beforeAll, describe, expect, test } from 'vitest';

import { RawConnection } from '../raw-request.js';
import type { Service } from '../service.js';
import { secondsFromNow, type Claims, type Issuer } from '../stubs/issuer.js';
import type { Surroundings } from '../surroundings.js';
import { problemOf } from '../problem.js';

const invalid = 'Bearer error="invalid_token", error_description="the token is not valid here"';
const expired = 'Bearer error="invalid_token", error_description="the token is expired"';
const insufficient = 'Bearer error="insufficient_scope", scope="orders:read"';

type Make = (issuer: Issuer) => string;

function claims(overrides: Claims): Make {
  return (issuer) => `Bearer ${issuer.token(overrides)}`;
}

/** With a time in seconds from when the token is shown. */
function timed(claim: 'exp' | 'nbf', seconds: number): Make {
  return (issuer) => claims({ [claim]: secondsFromNow(seconds) })(issuer);
}

const accepted: readonly (readonly [string, Make])[] = [
  ['a token', claims({})],
  ['a scheme in lower case', (issuer) => `bearer ${issuer.token()}`],
  ['one of many audiences', claims({ aud: ['billing', 'orders'] })],
  ['expired within the leeway', timed('exp', -30)],
  ['too early within the leeway', timed('nbf', 30)],
  ['the scope that is needed', claims({ scope: 'orders:read' })],
];

const refused: readonly (readonly [string, Make, number, string])[] = [
  ['another scheme', (issuer) => `Basic ${issuer.token()}`, 401, 'Bearer'],
  ['no scheme', (issuer) => issuer.token(), 401, 'Bearer'],
  ['garbage', () => 'Bearer garbage', 401, invalid],
  ['no signature', (issuer) => `Bearer ${issuer.unsigned()}`, 401, invalid],
  [
    'the public key as secret',
    (issuer) => `Bearer ${issuer.withPublicKeyAsSecret()}`,
    401,
    invalid,
  ],
  [
    'an algorithm not pinned',
    (issuer) => `Bearer ${issuer.token({}, { alg: 'RS512' })}`,
    401,
    invalid,
  ],
  ['somebody else', (issuer) => `Bearer ${issuer.forged()}`, 401, invalid],
  ['wrong issuer', claims({ iss: 'https://other.test' }), 401, invalid],
  ['no issuer', claims({ iss: undefined }), 401, invalid],
  ['wrong audience', claims({ aud: 'billing' }), 401, invalid],
  ['no audience', claims({ aud: undefined }), 401, invalid],
  ['no expiry', claims({ exp: undefined }), 401, invalid],
  ['expired', timed('exp', -90), 401, expired],
  ['too early', timed('nbf', 3_600), 401, invalid],
  ['scope of a wrong type', claims({ scope: 7 }), 401, invalid],
  ['no scope', claims({ scope: undefined }), 403, insufficient],
  ['another scope', claims({ scope: 'orders:write orders:read-all' }), 403, insufficient],
];

/** Whom a service believes. */
export function tokens(around: Surroundings): void {
  describe('tokens', () => {
    let service: Service;

    beforeAll(async () => {
      service = await around.startShared({ JWT_ANONYMOUS_PATHS: '/v1/items' });
      return async () => await service.kill();
    });

    test.each(accepted)('accepted: %s', async (_name, make) => {
      const response = await service.get('/v1/items/7', { authorization: make(around.issuer) });
      expect(response.status).toBe(404);
    });

    test.each(refused)('refused: %s', async (_name, make, status, challenge) => {
      const response = await service.get('/v1/items/7', { authorization: make(around.issuer) });
      expect(response.headers.get('www-authenticate')).toBe(challenge);
      expect(await problemOf(response)).toHaveProperty('status', status);
    });

    test('none', async () => {
      const response = await service.get('/v1/items/7');
      expect(response.headers.get('www-authenticate')).toBe('Bearer');
      expect(await problemOf(response)).toEqual({
        title: 'Unauthorized',
        status: 401,
        detail: 'a bearer token is required',
      });
    });

    test('only the header counts, and it stands there once', async () => {
      const token = around.issuer.token();
      const query = await service.get(`/v1/items/7?access_token=${token}`);
      expect(query.status).toBe(401);
      const connection = await RawConnection.open(service.port);
      const header = `authorization: Bearer ${token}`;
      const twice = await connection.request('GET', '/v1/items/7', [header, header]);
      expect(twice).toMatch(/^HTTP\/1.1 401 /);
    });

    test('to write takes another scope', async () => {
      const authorization = `Bearer ${around.issuer.token({ scope: 'orders:read' })}`;
      const response = await fetch(`${service.url}/v1/items`, {
        method: 'POST',
        headers: { authorization, 'content-type': 'application/json' },
        body: '{"name":"a name"}',
      });
      expect(response.status).toBe(403);
      expect(response.headers.get('www-authenticate')).toContain('scope="orders:write"');
    });

    test('anonymous paths are exact, and for GET alone', async () => {
      const status = async (path: string, method = 'GET') =>
        (await fetch(service.url + path, { method })).status;
      expect(await status('/v1/items')).toBe(200);
      expect(await status('/v1/items?a=b')).toBe(200);
      expect(await status('/v1/items/7')).toBe(401);
      expect(await status('/v1/%69tems')).toBe(401);
      expect(await status('/v1/items', 'POST')).toBe(401);
    });

    test('a refusal is logged', async () => {
      const authorization = `Bearer ${around.issuer.token({ iss: 'https://other.test' })}`;
      await service.get('/v1/items/7', { authorization });
      expect(await service.line('token refused')).toMatchObject({
        level: 'INFO',
        error: expect.any(String),
        trace_id: expect.any(String),
      });
    });
  });

  describe('keys of the issuer', () => {
    test('a new one is fetched when a token names it', async () => {
      const service = await around.start();
      around.issuer.rotate();
      expect(await service.get('/v1/items', around.authorized)).toHaveProperty('status', 200);
    });

    test('made up ones do not hammer the issuer', async () => {
      const service = await around.start();
      const before = around.issuer.fetched;
      for (let count = 0; count < 20; count++) {
        const authorization = `Bearer ${around.issuer.token({}, { kid: `made-up-${count}` })}`;
        const response = await service.get('/v1/items', { authorization });
        expect(response.headers.get('www-authenticate')).toBe(invalid);
      }
      expect(around.issuer.fetched - before).toBe(1);
    });

    test('an issuer that is not there does not keep the service from starting', async () => {
      const service = await around.start({ JWT_JWKS_URI: 'http://127.0.0.1:1/jwks.json' });
      const response = await service.get('/v1/items', around.authorized);
      expect(response.headers.get('www-authenticate')).toBeNull();
      expect(await problemOf(response)).toMatchObject({
        status: 503,
        detail: 'tokens cannot be verified at the moment',
      });
      expect(await service.line('token not verified')).toHaveProperty('level', 'ERROR');
      expect(await service.get('/readyz')).toHaveProperty('status', 200);
    });
  });
}

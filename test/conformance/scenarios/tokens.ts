import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';

import type { Service } from '../service.js';
import type { Surroundings } from '../surroundings.js';
import { problemOf } from '../problem.js';
import { challenges } from '../tokens/row.js';
import { rows } from '../tokens/rows.js';
import { showToken } from '../tokens/show-token.js';

const invalid = challenges['token is invalid'][1];

/** Whom a service believes. */
export function tokens(around: Surroundings): void {
  describe('tokens', () => {
    let service: Service;

    beforeAll(async () => {
      service = await around.startShared({
        JWT_ANONYMOUS_PATHS: '/v1/items',
        JWT_ALGORITHMS: 'RS256,ES256',
      });
      return async () => await service.kill();
    });

    test.each(rows)('$service: $title', async ({ show, service: does }) => {
      const { status, headers } = await showToken(service.port, '/v1/items/7', show(around.issuer));
      const [refused, challenge] = does === 'passes' ? [404, undefined] : challenges[does];
      expect([status, headers['www-authenticate']]).toEqual([refused, challenge]);
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

    test('only the header counts', async () => {
      const query = await service.get(`/v1/items/7?access_token=${around.issuer.token()}`);
      expect(query.status).toBe(401);
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

    test('they are fetched again until they are there, and the service is ready from then on', async () => {
      around.issuer.isDown = true;
      onTestFinished(() => {
        around.issuer.isDown = false;
      });
      const service = await around.startUnready();
      const ready = await service.get('/readyz');
      expect(await problemOf(ready)).toMatchObject({
        status: 503,
        detail: "the issuer's keys are not known yet",
      });
      expect(await service.get('/healthz')).toHaveProperty('status', 200);
      expect(await service.get('/v1/items', around.authorized)).toHaveProperty('status', 503);

      around.issuer.isDown = false;
      const came = Date.now();
      const status = async (path: string) => (await service.get(path, around.authorized)).status;
      await expect.poll(() => status('/readyz'), { timeout: 10_000 }).toBe(200);
      expect(await status('/v1/items')).toBe(200);
      expect(Date.now() - came, 'milliseconds').toBeLessThan(5_000);

      around.issuer.isDown = true;
      expect(await status('/readyz'), 'while the issuer is down again').toBe(200);
      expect(await status('/v1/items')).toBe(200);
    });

    test('an issuer that is not there does not keep the service from starting', async () => {
      const service = await around.start({
        JWT_JWKS_URI: 'http://127.0.0.1:1/jwks.json',
        JWT_READY_WITHOUT_KEYS: 'true',
      });
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

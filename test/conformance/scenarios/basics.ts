import { beforeAll, describe, expect, test } from 'vitest';

import type { Service } from '../service.js';
import type { Surroundings } from '../surroundings.js';
import { problemOf } from '../problem.js';

/** Probes, the sample resource, and what becomes of requests that nobody handles. */
export function basics(around: Surroundings): void {
  describe('probes', () => {
    test.each(['/healthz', '/readyz'])('%s', async (path) => {
      const service = await around.start();
      const response = await service.get(path);
      expect([response.status, await response.text()]).toEqual([200, 'ok\n']);
      await service.stop();
      expect(service.lines.map(({ msg }) => msg)).toEqual(['service started', 'service stops']);
    });
  });

  describe('items', () => {
    let service: Service;

    beforeAll(async () => {
      service = await around.startShared();
      return async () => await service.kill();
    });

    async function post(body: string): Promise<Response> {
      const headers = { ...around.authorized, 'content-type': 'application/json' };
      return await fetch(`${service.url}/v1/items`, { method: 'POST', headers, body });
    }

    test('are there after they were created', async () => {
      const created = await post('{"name":"a name"}');
      const item = (await created.json()) as { id: string };
      expect(created.status).toBe(201);
      expect(created.headers.get('location')).toBe(`/v1/items/${item.id}`);
      expect(item).toEqual({ id: item.id, name: 'a name' });

      const one = await service.get(`/v1/items/${item.id}`, around.authorized);
      expect([one.status, await one.json()]).toEqual([200, item]);
      const all = await service.get('/v1/items', around.authorized);
      expect([all.status, await all.json()]).toEqual([200, [item]]);
    });

    test('that are not there', async () => {
      const response = await service.get('/v1/items/none', around.authorized);
      expect(await problemOf(response)).toEqual({
        title: 'Not Found',
        status: 404,
        detail: 'there is no such item',
      });
    });

    test.each([
      ['no JSON', 'name', 400],
      ['text behind JSON', '{"name":"a name"} {}', 400],
      ['a name that is no text', '{"name":7}', 400],
      ['no name', '{}', 422],
      ['a blank name', '{"name":" "}', 422],
      ['more than 64 KiB', `{"name":"${'x'.repeat(65_536)}"}`, 413],
    ])('%s', async (_name, body, status) => {
      expect(await problemOf(await post(body))).toHaveProperty('status', status);
    });

    test('HEAD is answered as GET', async () => {
      const response = await fetch(`${service.url}/v1/items`, {
        method: 'HEAD',
        headers: around.authorized,
      });
      expect([response.status, await response.text()]).toEqual([200, '']);
    });

    test('unknown addresses and methods', async () => {
      expect(await service.get('/v1/items/', around.authorized)).toHaveProperty('status', 404);
      for (const path of ['/v1/unknown', '/']) {
        expect(await problemOf(await service.get(path))).toEqual({
          title: 'Not Found',
          status: 404,
          detail: 'there is no such address',
        });
      }
      const refused = await fetch(`${service.url}/v1/items`, { method: 'DELETE' });
      expect(await problemOf(refused)).toEqual({
        title: 'Method Not Allowed',
        status: 405,
        detail: 'DELETE is not possible here',
      });
      expect(refused.status).toBe(405);
      const allowed = (refused.headers.get('allow') ?? '').split(/,\s*/).sort();
      expect(allowed).toEqual(['GET', 'HEAD', 'POST']);
    });
  });
}

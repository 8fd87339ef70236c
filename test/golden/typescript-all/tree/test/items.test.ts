import { fastify, type FastifyInstance } from 'fastify';
import { describe, expect, test } from 'vitest';

import { addFailures } from '../src/failures.ts';
import { addItems } from '../src/items.ts';

function build(): FastifyInstance {
  const app = fastify();
  addFailures(app);
  addItems(app);
  return app;
}

async function create(app: FastifyInstance, payload: object) {
  return await app.inject({ method: 'POST', url: '/v1/items', payload });
}

test('item is found after it was created', async () => {
  const app = build();
  const created = await create(app, { id: 'chosen by the caller', name: 'lamp' });
  expect(created.statusCode).toBe(201);
  const item = created.json<{ id: string; name: string }>();
  expect(item).toEqual({ id: expect.stringMatching(/./) as string, name: 'lamp' });
  expect(item.id).not.toBe('chosen by the caller');
  expect(created.headers.location).toBe(`/v1/items/${item.id}`);
  const found = await app.inject(`/v1/items/${item.id}`);
  expect(found.statusCode).toBe(200);
  expect(found.json()).toEqual(item);
  expect(found.headers['content-type']).toMatch(/^application\/json/);
});

test('items are listed by id', async () => {
  const app = build();
  expect((await app.inject('/v1/items')).json()).toEqual([]);
  for (let count = 0; count < 20; count++) await create(app, { name: 'lamp' });
  const ids = (await app.inject('/v1/items')).json<{ id: string }[]>().map(({ id }) => id);
  expect(new Set(ids).size).toBe(20);
  expect(ids).toEqual(ids.toSorted());
});

test('the largest item is taken', async () => {
  const frame = JSON.stringify({ name: '' }).length;
  const created = await create(build(), { name: 'x'.repeat(65_536 - frame) });
  expect(created.statusCode).toBe(201);
});

describe('items refuse', () => {
  const json = { 'content-type': 'application/json' };
  const large = JSON.stringify({ name: 'x'.repeat(65_536) });
  test.each([
    ['what is no JSON', 'POST', '/v1/items', 'lamp', 400],
    ['what is no object', 'POST', '/v1/items', '["lamp"]', 400],
    ['a name that is no text', 'POST', '/v1/items', '{"name": 7}', 400],
    ['what is too large', 'POST', '/v1/items', large, 413],
    ['an item unnamed', 'POST', '/v1/items', '{"name": " "}', 422],
    ['an item without a name', 'POST', '/v1/items', '{}', 422],
    ['an unknown item', 'GET', '/v1/items/unknown', undefined, 404],
    ['an unknown method', 'DELETE', '/v1/items', undefined, 405],
    ['an unknown address', 'GET', '/v2/items', undefined, 404],
  ] as const)('%s', async (_name, method, url, payload, status) => {
    const body = payload === undefined ? {} : { payload, headers: json };
    const response = await build().inject({ method, url, ...body });
    expect(response.statusCode).toBe(status);
    expect(response.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(response.json()).toMatchObject({ status, detail: expect.stringMatching(/./) as string });
  });

  test('another content type', async () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const response = await build().inject({
      method: 'POST',
      url: '/v1/items',
      payload: '{"name": "lamp"}',
      headers,
    });
    expect(response.statusCode).toBe(415);
  });
});

import { fastify } from 'fastify';
import { describe, expect, test } from 'vitest';

import { DeadlineError } from '../src/deadline.ts';
import { addFailures } from '../src/failures.ts';
import { captureLog } from './support/log.ts';

function build(failure: unknown) {
  const { log, lines } = captureLog();
  const app = fastify({ loggerInstance: log });
  addFailures(app);
  app.get('/things/:id', () => {
    throw failure;
  });
  app.route({ method: ['PUT', 'DELETE'], url: '/things/:id', handler: () => 'ok' });
  return { app, lines };
}

describe('a failure gets an answer', () => {
  test.each([
    ['an error', new Error('lost at 10.1.2.3')],
    ['a text', 'lost at 10.1.2.3'],
    ['an error with a server status', Object.assign(new Error('lost'), { statusCode: 500 })],
    ['an error with an odd status', Object.assign(new Error('lost'), { statusCode: '400' })],
    ['an error with no failure status', Object.assign(new Error('lost'), { statusCode: 399 })],
    ['an object with a status', { statusCode: 400 }],
  ])('%s', async (_name, failure) => {
    const { app, lines } = build(failure);
    const response = await app.inject('/things/7');
    expect(response.statusCode).toBe(500);
    expect(response.headers['content-type']).toMatch(/^application\/problem\+json/);
    // Strangers are not told what happened.
    expect(response.json()).toEqual({ title: 'Internal Server Error', status: 500 });
    expect(lines.filter(({ msg }) => msg === 'handler failed')).toHaveLength(1);
  });
});

test('the log tells what failed and where', async () => {
  const { app, lines } = build(new Error('lost'));
  await app.inject('/things/7');
  expect(lines).toContainEqual(
    expect.objectContaining({
      level: 'ERROR',
      msg: 'handler failed',
      error: 'lost',
      stack: expect.stringContaining('failures.test.ts') as string,
    }),
  );
});

test.each([400, 499])('a refusal of fastify with %i is told', async (statusCode) => {
  const { app, lines } = build(Object.assign(new Error('too many parts'), { statusCode }));
  const response = await app.inject('/things/7');
  expect(response.json()).toMatchObject({ status: statusCode, detail: 'too many parts' });
  expect(lines.filter(({ msg }) => msg === 'handler failed')).toEqual([]);
});

test('a request that took too long is told so', async () => {
  const { app } = build(new DeadlineError('late'));
  const response = await app.inject('/things/7');
  expect(response.json()).toMatchObject({ status: 504, detail: 'the request took too long' });
});

test('an address answers some methods only', async () => {
  const { app } = build(new Error('lost'));
  const response = await app.inject({ method: 'POST', url: '/things/7?a=b' });
  expect(response.statusCode).toBe(405);
  expect(response.headers.allow).toBe('DELETE, GET, HEAD, PUT');
  expect(response.json()).toMatchObject({ detail: 'POST is not possible here' });
});

describe('routes of every kind know their methods', () => {
  test.each([
    ['/files/*', '/files/a/b', '/file/a'],
    ['/v1.0/things', '/v1.0/things', '/v1x0/things'],
    ['/parts/:id?', '/parts', '/parts/7/8'],
    ['/rows/:id(^\\d+$)', '/rows/7', '/rows/seven'],
    ['/from/:a-to-:b', '/from/1-to-2', '/from/1-2'],
    ['/at/:name.png', '/at/sun.png', '/at/sun.svg'],
  ])('%s', async (route, there, elsewhere) => {
    const { app } = build(new Error('lost'));
    app.get(route, () => 'ok');
    expect(await app.inject({ method: 'POST', url: there })).toMatchObject({
      statusCode: 405,
      headers: { allow: 'GET, HEAD' },
    });
    expect((await app.inject({ method: 'POST', url: elsewhere })).statusCode).toBe(404);
  });

  test('of one for several hosts', async () => {
    const { app } = build(new Error('lost'));
    for (const host of ['a.example', 'b.example']) {
      app.route({ method: 'GET', url: '/hosted', constraints: { host }, handler: () => host });
    }
    const response = await app.inject({ method: 'POST', url: '/hosted' });
    expect([response.statusCode, response.headers.allow]).toEqual([405, 'GET, HEAD']);
  });

  test('a plugin that answers OPTIONS everywhere makes no addresses', async () => {
    const { app } = build(new Error('lost'));
    app.options('*', (_request, reply) => reply.code(204).send());
    expect((await app.inject({ method: 'POST', url: '/nowhere' })).statusCode).toBe(404);
    const response = await app.inject({ method: 'POST', url: '/things/7' });
    expect(response.headers.allow).toBe('DELETE, GET, HEAD, OPTIONS, PUT');
  });
});

describe('an unknown address is not found', () => {
  test.each(['/thing', '/things', '/things/7/parts', '/all/things/7'])('%s', async (url) => {
    const { app } = build(new Error('lost'));
    const response = await app.inject({ method: 'POST', url });
    expect(response.statusCode).toBe(404);
    expect(response.json()).toEqual({
      title: 'Not Found',
      status: 404,
      detail: 'there is no such address',
    });
  });
});

import type { FastifyInstance } from 'fastify';
import { describe, expect, test } from 'vitest';

import { buildApp, type Dependencies } from '../../src/app.ts';
import { loadConfig } from '../../src/config.ts';
import { signToken } from '../../tools/issuer.ts';
import { captureLog } from '../support/log.ts';
import {
  claims,
  jwtSettings,
  knownIssuer,
  readScope,
  staticKeys,
  writeScope,
} from '../support/tokens.ts';

const config = {
  ...loadConfig({}),
  jwt: { ...jwtSettings, anonymousPaths: ['/v1/items'] },
};

function build(overrides: Partial<Dependencies> = {}, readyWithoutKeys = false): FastifyInstance {
  const settings = { ...config, jwt: { ...config.jwt, readyWithoutKeys } };
  return buildApp(settings, {
    log: captureLog().log,
    send: () => Promise.reject(new Error('no call was expected')),
    keys: staticKeys,
    ...overrides,
  });
}

async function bearing(scope: string): Promise<{ authorization: string }> {
  return { authorization: `Bearer ${await signToken(knownIssuer, claims({ scope }))}` };
}

const reader = await bearing(readScope);
const writer = await bearing(writeScope);

describe('every route but the probes needs a token', () => {
  test.each([
    ['live', 'GET', '/healthz', {}, 200],
    ['ready', 'GET', '/readyz', {}, 200],
    ['unknown', 'GET', '/unknown', {}, 404],
    ['anonymous path', 'GET', '/v1/items', {}, 200],
    ['no token', 'GET', '/v1/items/7', {}, 401],
    ['token that reads', 'GET', '/v1/items/7', reader, 404],
    ['reader that writes', 'POST', '/v1/items', reader, 403],
    ['writer', 'POST', '/v1/items', writer, 400],
  ] as const)('%s', async (_name, method, url, headers, status) => {
    expect(await build().inject({ method, url, headers })).toHaveProperty('statusCode', status);
  });
});

test('ready with keys', async () => {
  const ready = async (app: FastifyInstance) => (await app.inject('/readyz')).statusCode;
  const keys = { ...staticKeys, missing: () => 'no keys yet' };
  expect(await ready(build())).toBe(200);
  expect(await ready(build({ keys }))).toBe(503);
  expect(await ready(build({ keys }, true)), 'where that is enough').toBe(200);
});

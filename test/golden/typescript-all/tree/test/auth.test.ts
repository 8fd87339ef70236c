import { fastify, type LightMyRequestResponse } from 'fastify';
import { describe, expect, test } from 'vitest';

import type { Dependencies } from '../src/app.ts';
import { addAuth } from '../src/auth.ts';
import { NoKeysError, type Keys } from '../src/auth/keys.ts';
import { signToken } from '../tools/issuer.ts';
import { captureLog } from './support/log.ts';
import {
  claims,
  jwtSettings,
  knownIssuer,
  readScope,
  secondsFromNow,
  staticKeys,
  writeScope,
} from './support/tokens.ts';

type Method = 'GET' | 'HEAD' | 'POST';

async function bearing(overrides: Record<string, unknown> = {}): Promise<string> {
  return `Bearer ${await signToken(knownIssuer, claims(overrides))}`;
}

const token = await bearing();
const reader = await bearing({ scope: readScope });
const writer = await bearing({ scope: writeScope });
const suffixed = await bearing({ scope: `${readScope}-all` });
const unscoped = await bearing({ scope: undefined });
const foreign = await bearing({ iss: 'https://other.test' });
const expired = await bearing({ exp: secondsFromNow(-3_600) });
const expiredAndForeign = await bearing({
  exp: secondsFromNow(-3_600),
  iss: 'https://other.test',
});
const tabbed = await bearing({ scope: `${writeScope}\t${readScope}` });

/** Sends a request to a service that answers with the name of its caller. */
async function call(
  method: Method,
  url: string,
  authorization: readonly string[],
  { keys = staticKeys, log = captureLog().log }: Partial<Dependencies> = {},
): Promise<LightMyRequestResponse> {
  const app = fastify({ loggerInstance: log });
  addAuth(app, jwtSettings, keys);
  app.all('/*', ({ claims }) => claims?.sub ?? 'nobody');
  return await app.inject({ method, url, headers: { Authorization: [...authorization] } });
}

describe('accepted', () => {
  test.each<[string, Method, string, string[], string]>([
    ['token', 'GET', '/items', [token], 'alice'],
    ['scheme in lower case', 'GET', '/items', [token.replace('B', 'b')], 'alice'],
    ['GET to read', 'GET', '/items', [reader], 'alice'],
    ['HEAD to read', 'HEAD', '/items', [reader], ''],
    ['POST to write', 'POST', '/items', [writer], 'alice'],
    ['anonymous', 'GET', '/open', [], 'nobody'],
    ['anonymous, with query', 'GET', '/open?a=b?c', [], 'nobody'],
  ])('%s', async (_name, method, url, authorization, caller) => {
    const response = await call(method, url, authorization);
    expect([response.statusCode, response.body]).toEqual([200, caller]);
  });

  test('a header with that word', async () => {
    const app = fastify();
    addAuth(app, jwtSettings, staticKeys);
    app.get('/items', () => 'ok');
    const headers = { authorization: token, vary: 'authorization' };
    expect((await app.inject({ url: '/items', headers })).statusCode).toBe(200);
  });
});

describe('refused', () => {
  const invalid = 'Bearer error="invalid_token", error_description="the token is not valid here"';
  const late = 'Bearer error="invalid_token", error_description="the token is expired"';
  const needs = (scope: string) => `Bearer error="insufficient_scope", scope="${scope}"`;

  test.each<[string, Method, string, string[], number, string]>([
    ['no token', 'GET', '/items', [], 401, 'Bearer'],
    ['empty token', 'GET', '/items', ['Bearer '], 401, 'Bearer'],
    ['another scheme', 'GET', '/items', [token.replace('Bearer', 'Basic')], 401, 'Bearer'],
    ['no scheme', 'GET', '/items', [token.replace('Bearer ', '')], 401, 'Bearer'],
    ['two schemes', 'GET', '/items', [`Basic ${token}`], 401, 'Bearer'],
    ['two tokens', 'GET', '/items', [token, token], 401, 'Bearer'],
    ['token in the query', 'GET', `/items?access_token=${token.slice(7)}`, [], 401, 'Bearer'],
    ['garbage', 'GET', '/items', ['Bearer garbage'], 401, invalid],
    ['wrong issuer', 'GET', '/items', [foreign], 401, invalid],
    ['expired', 'GET', '/items', [expired], 401, late],
    ['expired and foreign', 'GET', '/items', [expiredAndForeign], 401, invalid],
    ['scopes between tabs', 'GET', '/items', [tabbed], 403, needs(readScope)],
    ['no scope', 'GET', '/items', [unscoped], 403, needs(readScope)],
    ['scope with a suffix', 'GET', '/items', [suffixed], 403, needs(readScope)],
    ['reader writes', 'POST', '/items', [reader], 403, needs(writeScope)],
    ['writer reads', 'GET', '/items', [writer], 403, needs(readScope)],
    ['below anonymous path', 'GET', '/open/items', [], 401, 'Bearer'],
    ['anonymous path encoded', 'GET', '/%6Fpen', [], 401, 'Bearer'],
    ['anonymous path written', 'POST', '/open', [], 401, 'Bearer'],
  ])('%s', async (_name, method, url, authorization, status, challenge) => {
    const response = await call(method, url, authorization);
    expect(response.statusCode).toBe(status);
    expect(response.headers['www-authenticate']).toBe(challenge);
    expect(response.headers['content-type']).toMatch('application/problem+json');
  });
});

test('refusals are explained to the caller', async () => {
  const detail = async (authorization: string[]) => {
    const response = await call('GET', '/items', authorization);
    return response.json<{ detail: string }>().detail;
  };
  expect(await detail([])).toBe('a bearer token is required');
  expect(await detail([expired])).toBe('the token is expired');
  expect(await detail([foreign])).toBe('the token is not valid here');
  expect(await detail([unscoped])).toBe(`the token does not grant ${readScope}`);
});

test('refusals are explained in the log', async () => {
  const { log, lines } = captureLog();
  await call('GET', '/items', [foreign], { log });
  expect(lines).toContainEqual(
    expect.objectContaining({
      level: 'INFO',
      msg: 'token refused',
      error: 'unexpected "iss" claim value',
    }),
  );
});

test('caller is not blamed for missing keys', async () => {
  const { log, lines } = captureLog();
  const keys: Keys = {
    ...staticKeys,
    find: () => {
      throw new NoKeysError('no keys yet');
    },
  };
  const response = await call('GET', '/items', [token], { keys, log });
  expect(response.statusCode).toBe(503);
  expect(response.headers['www-authenticate']).toBeUndefined();
  expect(response.json()).toHaveProperty('detail', 'tokens cannot be verified at the moment');
  expect(lines).toContainEqual(
    expect.objectContaining({ level: 'ERROR', msg: 'token not verified', error: 'no keys yet' }),
  );
});

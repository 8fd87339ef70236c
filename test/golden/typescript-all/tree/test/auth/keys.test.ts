import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { fetchKeys, NoKeysError } from '../../src/auth/keys.ts';
import { createVerifier } from '../../src/auth/verifier.ts';
import { publicKeys, signToken, type Issuer } from '../../tools/issuer.ts';
import { captureLog } from '../support/log.ts';
import { claims, jwtSettings, knownIssuer, stranger } from '../support/tokens.ts';

const newIssuer: Issuer = { ...stranger, keyId: 'key-2' };

let answer: { status: number; body: string } | 'nothing';
let fetched: number;
let server: Server;

beforeEach(async () => {
  fetched = 0;
  server = createServer((_request, response) => {
    fetched++;
    if (answer !== 'nothing') response.writeHead(answer.status).end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, resolve));
  // The network keeps its own clock.
  vi.useFakeTimers({ toFake: ['Date', 'setTimeout'] });
});

afterEach(() => {
  // First: a spy restores the fake timer that it was put on.
  vi.restoreAllMocks();
  vi.useRealTimers();
  server.close();
  server.closeAllConnections();
});

/** Makes the endpoint answer with the keys of `issuers`. */
function publish(...issuers: Issuer[]): void {
  answer = { status: 200, body: JSON.stringify(publicKeys(...issuers)) };
}

/** Makes the endpoint fail, whatever it says beside. */
function breakDown(): void {
  answer = { status: 500, body: JSON.stringify(publicKeys(knownIssuer)) };
}

async function keysOfEndpoint(log = captureLog().log) {
  const { port } = server.address() as AddressInfo;
  return await fetchKeys(`http://localhost:${port}/jwks.json`, log);
}

/** Fetches the keys, and verifies by them a token of an issuer. */
async function start(): Promise<(issuer: Issuer) => Promise<unknown>> {
  const verify = createVerifier(jwtSettings, await keysOfEndpoint());
  return async (issuer) => await verify(await signToken(issuer, claims()));
}

test('new key is fetched when a token names it', async () => {
  publish(knownIssuer);
  const verify = await start();
  await verify(knownIssuer);
  publish(knownIssuer, newIssuer);
  await verify(newIssuer);
  expect(fetched).toBe(2);
});

test('tokens of a new key wait for one fetch', async () => {
  publish(knownIssuer);
  const verify = await start();
  publish(knownIssuer, newIssuer);
  await Promise.all(Array.from({ length: 10 }, () => verify(newIssuer)));
  expect(fetched, 'once at the start and once more').toBe(2);
});

test('key for encryption verifies nothing', async () => {
  publish(knownIssuer);
  const body = JSON.stringify(publicKeys(newIssuer, knownIssuer));
  answer = { status: 200, body: body.replace(/"sig"(?!.*"sig")/, '"enc"') };
  const verify = await start();
  await verify(newIssuer);
  await expect(verify(knownIssuer)).rejects.toThrow('no applicable key');
});

test('withdrawn key is forgotten', async () => {
  publish(knownIssuer);
  const verify = await start();
  publish(newIssuer);
  vi.advanceTimersByTime(15 * 60_000 - 1_000);
  await verify(knownIssuer);
  vi.advanceTimersByTime(1_000);
  await expect.poll(async () => await verify(newIssuer).catch(() => undefined)).toBeDefined();
  await expect(verify(knownIssuer)).rejects.toThrow();
});

test('keys are kept while the issuer is down', async () => {
  publish(knownIssuer);
  const verify = await start();
  breakDown();
  vi.advanceTimersByTime(24 * 60 * 60_000);
  await expect.poll(() => fetched).toBeGreaterThan(1);
  await verify(knownIssuer);
});

test('made up keys do not hammer the issuer', async () => {
  publish(knownIssuer);
  const verify = await start();
  for (let token = 0; token < 100; token++) {
    await expect(verify({ ...stranger, keyId: 'made-up' })).rejects.not.toThrow(NoKeysError);
  }
  expect(fetched, 'once at the start and once more').toBe(2);
  vi.advanceTimersByTime(60_000 - 1);
  await expect(verify({ ...stranger, keyId: 'made-up' })).rejects.toThrow();
  expect(fetched, 'within a minute').toBe(2);
  vi.advanceTimersByTime(1);
  await expect(verify({ ...stranger, keyId: 'made-up' })).rejects.toThrow();
  await expect(verify({ ...stranger, keyId: 'made-up' })).rejects.toThrow();
  expect(fetched, 'once more after a minute').toBe(3);
});

test('tokens do not hammer an issuer that is down', async () => {
  breakDown();
  const verify = await start();
  for (let token = 0; token < 100; token++) {
    await expect(verify(knownIssuer)).rejects.toThrow(NoKeysError);
  }
  expect(fetched).toBe(2);
});

test('a quiet hour saves up no fetches', async () => {
  publish(knownIssuer);
  const verify = await start();
  vi.setSystemTime(Date.now() + 60 * 60_000);
  for (let token = 0; token < 10; token++) {
    await expect(verify({ ...stranger, keyId: 'made-up' })).rejects.toThrow();
  }
  expect(fetched, 'once at the start and once more').toBe(2);
});

test('silent issuer delays the start and does not fail it', async () => {
  answer = 'nothing';
  const timeout = vi.spyOn(AbortSignal, 'timeout').mockReturnValue(AbortSignal.abort());
  const { log, lines } = captureLog();
  await keysOfEndpoint(log);
  expect(lines).toMatchObject([
    { level: 'WARN', msg: 'keys not fetched', uri: expect.stringMatching(/jwks\.json$/) as string },
  ]);
  expect(lines[0]).toHaveProperty('error');
  expect(timeout).toHaveBeenCalledExactlyOnceWith(5_000);
});

test('keys are fetched once the issuer is there', async () => {
  breakDown();
  const verify = await start();
  publish(knownIssuer);
  await verify(knownIssuer);
});

test('keys are fetched in the background until they are there', async () => {
  const timers = vi.spyOn(globalThis, 'setTimeout');
  breakDown();
  const { log, lines } = captureLog();
  const keys = await keysOfEndpoint(log);
  const seconds = [1, 2, 4, 8, 16, 32, 60, 60];
  for (const [index, pause] of seconds.entries()) {
    vi.advanceTimersByTime(pause * 1_000);
    await expect.poll(() => lines).toHaveLength(index + 2);
    expect(keys.missing()).toBe("the issuer's keys are not known yet");
  }
  expect(fetched).toBe(1 + seconds.length);

  publish(knownIssuer);
  vi.advanceTimersByTime(60_000);
  await expect.poll(() => keys.missing()).toBeUndefined();
  // The client of the network has timers as well: below a second, and 3 seconds for an idle connection.
  const pauses = timers.mock.calls.map(([, pause = 0]) => pause / 1_000);
  const ours = pauses.filter((pause) => pause >= 1 && pause !== 3);
  expect(ours).toEqual([...seconds, 60, 900]);

  breakDown();
  vi.advanceTimersByTime(900_000);
  await expect.poll(() => lines).toHaveLength(2 + seconds.length);
  expect(keys.missing(), 'while the issuer is down').toBeUndefined();
  await createVerifier(jwtSettings, keys)(await signToken(knownIssuer, claims()));
});

test('answer that is no success holds no keys', async () => {
  breakDown();
  const verify = await start();
  await expect(verify(knownIssuer)).rejects.toThrow(NoKeysError);
});

test('key set without end is refused', async () => {
  publish(knownIssuer);
  answer = { status: 200, body: ' '.repeat(1_048_576) + JSON.stringify(publicKeys(knownIssuer)) };
  const verify = await start();
  await expect(verify(knownIssuer)).rejects.toThrow(NoKeysError);
});

test('key set without keys is none', async () => {
  publish();
  const verify = await start();
  const error = await verify(knownIssuer).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(NoKeysError);
  expect(error).toMatchObject({
    message: "the issuer's keys are not known yet",
    cause: expect.any(Error) as Error,
  });
});

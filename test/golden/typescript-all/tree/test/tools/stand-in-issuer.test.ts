import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { fetchKeys } from '../../src/auth/keys.ts';
import { createVerifier } from '../../src/auth/verifier.ts';
import { loadConfig } from '../../src/config.ts';
import { captureLog } from '../support/log.ts';
import { createToken, standInIssuer } from '../../tools/stand-in-issuer.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'key-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

test('service accepts the token', async () => {
  const keyFile = join(folder, '.dev', 'key.json');
  const { jwt } = loadConfig(await standInIssuer(keyFile));
  const verify = createVerifier(jwt, await fetchKeys(jwt.jwksUri, captureLog().log));
  expect(await verify(await createToken(keyFile))).toHaveProperty('sub', 'developer');
  expect((await stat(keyFile)).mode & 0o077, 'others can read the key').toBe(0);
});

test('who starts together shares one key', async () => {
  const keyFile = join(folder, '.dev', 'key.json');
  const tokens = await Promise.all(Array.from({ length: 4 }, () => createToken(keyFile)));
  const { jwt } = loadConfig(await standInIssuer(keyFile));
  const verify = createVerifier(jwt, await fetchKeys(jwt.jwksUri, captureLog().log));
  for (const token of tokens) expect(await verify(token)).toHaveProperty('sub', 'developer');
  expect(await readdir(join(folder, '.dev'))).toEqual(['key.json']);
});

import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

import { fastify } from 'fastify';

import { createIssuer, publicKeys, signToken, type Issuer } from './issuer.ts';

const service = 'orders';
const issuer = 'http://dev.localhost';

/** Stays on this machine: git ignores it. */
const ownKeyFile = '.dev/key.json';

/** Publishes the key of this machine, and gives the variables that lead the service there. */
export async function standInIssuer(keyFile = ownKeyFile): Promise<Record<string, string>> {
  const keys = publicKeys(await loadIssuer(keyFile));
  const app = fastify();
  app.get('/jwks.json', () => keys);
  return {
    JWT_ISSUER: issuer,
    JWT_AUDIENCES: service,
    JWT_JWKS_URI: `${await app.listen()}/jwks.json`,
    JWT_ALGORITHMS: 'RS256',
  };
}

/** A token that the service accepts for a day. */
export async function createToken(keyFile = ownKeyFile): Promise<string> {
  return await signToken(await loadIssuer(keyFile), {
    iss: issuer,
    sub: 'developer',
    aud: service,
    scope: `${service}:read ${service}:write`,
    exp: Math.floor(Date.now() / 1_000) + 86_400,
  });
}

/** Reads the key, or makes it the first time. */
async function loadIssuer(keyFile: string): Promise<Issuer> {
  const text = await readFile(keyFile, 'utf8').catch(() => undefined);
  return text === undefined ? await makeIssuer(keyFile) : (JSON.parse(text) as Issuer);
}

/** Keeps a new key, unless somebody kept one meanwhile: make token may start while make run does. */
async function makeIssuer(keyFile: string): Promise<Issuer> {
  const made = await createIssuer('dev');
  await mkdir(dirname(keyFile), { recursive: true, mode: 0o700 });
  const own = `${keyFile}.${randomUUID()}`;
  try {
    await writeFile(own, JSON.stringify(made), { mode: 0o600 });
    await link(own, keyFile);
    return made;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return await loadIssuer(keyFile);
  } finally {
    await rm(own, { force: true });
  }
}

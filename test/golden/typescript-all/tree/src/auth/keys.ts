import type { FastifyBaseLogger } from 'fastify';
import {
  createRemoteJWKSet,
  customFetch,
  type FetchImplementation,
  type JWTVerifyGetKey,
} from 'jose';
import { Agent, request } from 'undici';

/** Finds the key that a token says it was signed with. */
export type Keys = JWTVerifyGetKey;

/** No token can be judged, and its bearer is not to blame. */
export class NoKeysError extends Error {
  override readonly name = 'NoKeysError';
}

const refreshInterval = 900_000;
const demandInterval = 60_000;
const fetchTimeout = 5_000;
const maxBytes = 1_048_576;

/**
 * The keys that the issuer publishes at `uri`. They are fetched again at an interval, and when a token
 * names a key that is not among them. An issuer that does not answer delays the start and does not fail it.
 */
export async function fetchKeys(uri: string, log: FastifyBaseLogger): Promise<Keys> {
  const keySet = createRemoteJWKSet(new URL(uri), {
    cacheMaxAge: Infinity, // the keys are kept while the issuer is down
    cooldownDuration: 0, // fetchSeldom is stricter: it counts failures too
    timeoutDuration: fetchTimeout,
    [customFetch]: fetchSeldom(),
  });
  const refresh = async () => {
    await keySet.reload().catch((error: unknown) => log.warn({ uri, error }, 'keys not fetched'));
  };
  setInterval(() => void refresh(), refreshInterval).unref();
  await refresh();
  return async (header, token) => {
    try {
      return await keySet(header, token);
    } catch (error) {
      if (keySet.jwks()?.keys.length) throw error;
      throw new NoKeysError("the issuer's keys are not known yet", { cause: error });
    }
  };
}

/**
 * Allows a fetch at the start, one that a token asks for, and one more every minute: anybody can make up the
 * name of a key.
 */
function fetchSeldom(): FetchImplementation {
  const dispatcher = new Agent({ maxResponseSize: maxBytes });
  let allowed = 2;
  let counted = Date.now();
  return async (url, { headers, signal }) => {
    const intervals = Math.floor((Date.now() - counted) / demandInterval);
    counted += intervals * demandInterval;
    allowed = Math.min(allowed + intervals, 2);
    if (allowed === 0) throw new Error('the keys were fetched a short while ago');
    allowed--;
    const { statusCode, body } = await request(url, { headers, signal, dispatcher });
    return new Response(await body.text(), { status: statusCode });
  };
}

import type { FastifyBaseLogger } from 'fastify';
import { createLocalJWKSet, errors, type JWTVerifyGetKey } from 'jose';
import { Agent, request } from 'undici';

import { usableKeys } from './usable-keys.ts';

/** The keys of an issuer. */
export type Keys = {
  /** Finds the key that a token says it was signed with. */
  readonly find: JWTVerifyGetKey;
  /** Says that no key was fetched yet. They are kept while the issuer is down. */
  readonly missing: () => string | undefined;
};

/** No token can be judged, and its bearer is not to blame. */
export class NoKeysError extends Error {
  override readonly name = 'NoKeysError';
}

const refreshInterval = 900_000;
const demandInterval = 60_000;
const firstPause = 1_000;
const lastPause = 60_000;
const fetchTimeout = 5_000;
const maxBytes = 1_048_576;
const notKnown = "the issuer's keys are not known yet";

/**
 * The keys that the issuer publishes at `uri`. They are fetched again at an interval, and when a token names a
 * key that is not among them: at most once a minute, since anybody can make up a name. An issuer that does not
 * answer delays the start and does not fail it: it is asked again after a second, and then after pauses that
 * double, up to a minute.
 */
export async function fetchKeys(uri: string, log: FastifyBaseLogger): Promise<Keys> {
  const dispatcher = new Agent({ maxResponseSize: maxBytes });
  let published: JWTVerifyGetKey | undefined;
  let wereFetched = false;
  let failure: unknown;

  /** Replaces the keys at hand, unless that fails. */
  const load = async () => {
    try {
      const keys = usableKeys(await requestJson(uri, dispatcher));
      published = keys.length > 0 ? createLocalJWKSet({ keys }) : undefined;
      if (!published) throw new Error('the issuer publishes no key that could verify a token');
      wereFetched = true;
    } catch (error) {
      failure = error;
      log.warn({ uri, error }, 'keys not fetched');
    }
  };

  let pause = firstPause;
  const schedule = () => {
    const wait = published ? refreshInterval : pause;
    if (!published) pause = Math.min(2 * pause, lastPause);
    setTimeout(() => void load().then(schedule), wait).unref();
  };

  /** Lets the tokens of a new key wait for one fetch together. */
  let demanded = -Infinity;
  let loading: Promise<void> | undefined;
  const loadOnDemand = async () => {
    if (!loading && Date.now() - demanded >= demandInterval) {
      demanded = Date.now();
      loading = load().finally(() => (loading = undefined));
    }
    await loading;
  };

  await load();
  schedule();
  return {
    missing: () => (wereFetched ? undefined : notKnown),
    find: async (header, token) => {
      try {
        if (published) return await published(header, token);
      } catch (error) {
        if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      }
      await loadOnDemand();
      if (!published) throw new NoKeysError(notKnown, { cause: failure });
      return await published(header, token);
    },
  };
}

async function requestJson(uri: string, dispatcher: Agent): Promise<unknown> {
  const signal = AbortSignal.timeout(fetchTimeout);
  const { statusCode, body } = await request(uri, { signal, dispatcher });
  const text = await body.text();
  if (statusCode !== 200) throw new Error(`the issuer answers with ${statusCode}`);
  return JSON.parse(text);
}

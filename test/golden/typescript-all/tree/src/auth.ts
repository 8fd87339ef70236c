import type { FastifyInstance, FastifyRequest } from 'fastify';
import { errors } from 'jose';

import { NoKeysError, type Keys } from './auth/keys.ts';
import { createVerifier, type Claims, type Verify } from './auth/verifier.ts';
import type { JwtSettings } from './config/jwt.ts';
import { sendProblem } from './problem.ts';

const readScope = 'orders:read';
const writeScope = 'orders:write';

declare module 'fastify' {
  // eslint-disable-next-line @typescript-eslint/consistent-type-definitions -- only an interface merges
  interface FastifyRequest {
    /** Who is calling. Undefined on an anonymous path. */
    claims: Claims | undefined;
  }
}

/** Lets a request pass when its token is valid and grants the scope that its method needs. */
export function addAuth(api: FastifyInstance, settings: JwtSettings, keys: Keys): void {
  const verify = createVerifier(settings, keys);
  api.decorateRequest('claims', undefined);
  api.addHook('onRequest', async (request, reply) => {
    if (isAnonymous(request, settings.anonymousPaths)) return;
    const refusal = (await authenticate(request, verify)) ?? authorize(request);
    if (!refusal) return;
    if (refusal.challenge) reply.header('www-authenticate', refusal.challenge);
    await sendProblem(reply, refusal.status, refusal.detail);
  });
}

type Refusal = {
  readonly status: number;
  readonly detail: string;
  /** As RFC 6750 section 3 asks. */
  readonly challenge?: string;
};

/** Paths are compared letter for letter, as the mesh does. */
function isAnonymous({ method, originalUrl }: FastifyRequest, paths: readonly string[]): boolean {
  return method === 'GET' && paths.includes(originalUrl.replace(/\?.*/, ''));
}

async function authenticate(request: FastifyRequest, verify: Verify): Promise<Refusal | undefined> {
  const token = bearerToken(request);
  if (!token) return { status: 401, detail: 'a bearer token is required', challenge: 'Bearer' };
  try {
    request.claims = await verify(token);
    return undefined;
  } catch (error) {
    return blame(request, error);
  }
}

/**
 * The token of a request that has exactly one Authorization header: of two, somebody else may have read
 * the other.
 */
function bearerToken({ raw }: FastifyRequest): string | undefined {
  const names = raw.rawHeaders.filter((_, index) => index % 2 === 0);
  if (names.filter((name) => name.toLowerCase() === 'authorization').length !== 1) return undefined;
  return /^bearer (.+)$/i.exec(raw.headers.authorization ?? '')?.[1];
}

/** Tells the caller what to do, and nothing about the service. */
function blame({ log }: FastifyRequest, error: unknown): Refusal {
  if (error instanceof NoKeysError) {
    log.error({ error }, 'token not verified');
    return { status: 503, detail: 'tokens cannot be verified at the moment' };
  }
  log.info({ error }, 'token refused');
  const isExpired = error instanceof errors.JWTExpired;
  const detail = isExpired ? 'the token is expired' : 'the token is not valid here';
  const challenge = `Bearer error="invalid_token", error_description="${detail}"`;
  return { status: 401, detail, challenge };
}

function authorize({ method, claims }: FastifyRequest): Refusal | undefined {
  const scope = ['GET', 'HEAD'].includes(method) ? readScope : writeScope;
  if (claims?.scope.split(' ').includes(scope)) return undefined;
  const challenge = `Bearer error="insufficient_scope", scope="${scope}"`;
  return { status: 403, detail: `the token does not grant ${scope}`, challenge };
}

import { z } from 'zod';

import { duration, type Environment } from './environment.ts';

/** Whose tokens are accepted. */
export type JwtSettings = {
  /** Who must have issued a token. Compared letter for letter. */
  readonly issuer: string;
  /** The names of the service; a token must be meant for one of them. */
  readonly audiences: readonly string[];
  /** Where the issuer publishes its keys. */
  readonly jwksUri: string;
  /** The ways of signing that are accepted. */
  readonly algorithms: readonly string[];
  /** Milliseconds that the clocks of the issuer and the service may differ. */
  readonly leeway: number;
  /** Those that GET needs no token for. */
  readonly anonymousPaths: readonly string[];
  /** Whether the service is ready before it has the issuer's keys. */
  readonly readyWithoutKeys: boolean;
};

export function loadJwt(env: Environment): JwtSettings {
  return {
    issuer: env.read('JWT_ISSUER', z.string()),
    audiences: env.read('JWT_AUDIENCES', list('audiences', /./)),
    jwksUri: env.read('JWT_JWKS_URI', jwksUri),
    algorithms: env.read('JWT_ALGORITHMS', list('asymmetric algorithms such as RS256', asymmetric)),
    leeway: env.read('JWT_LEEWAY', duration('0s', '5m')),
    anonymousPaths: loadAnonymousPaths(env),
    readyWithoutKeys: env.read('JWT_READY_WITHOUT_KEYS', trueOrFalse),
  };
}

/** Unlike others, this variable says something when it is set to nothing: that there are none. */
function loadAnonymousPaths(env: Environment): readonly string[] {
  const name = 'JWT_ANONYMOUS_PATHS';
  const paths = list('paths that begin with /', /^\//);
  return env.variables[name] === '' ? [] : env.read(name, paths);
}

/**
 * Keeps out HS256 and its kin, whose secret everybody who verifies could sign with, and none.
 */
const asymmetric = /^(?:RS256|RS384|RS512|PS256|PS384|PS512|ES256|ES384|ES512|EdDSA)$/;

const jwksUri = z
  .string()
  .refine((text) => URL.canParse(text) && ['http:', 'https:'].includes(new URL(text).protocol), {
    error: 'must be an http or https URL with a host',
  });

const trueOrFalse = z
  .string()
  .refine((text) => ['true', 'false'].includes(text), { error: 'must be true or false' })
  .transform((text) => text === 'true');

function list(what: string, valid: RegExp) {
  return z
    .string()
    .transform((text) => text.split(',').map((value) => value.trim()))
    .refine((values) => values.every((value) => valid.test(value)), {
      error: `must be a comma-separated list of ${what}`,
    });
}

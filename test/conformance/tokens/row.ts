import type { Issuer } from '../stubs/issuer.js';

/** One token that somebody shows, and what those who read it do. */
export type Row = {
  readonly title: string;
  /** The Authorization header; several are sent as several. */
  readonly show: (issuer: Issuer) => string | readonly string[];
  /** What every service does: pass it, or refuse it with the status and the challenge of RFC 6750. */
  readonly service: 'passes' | keyof typeof challenges;
  /** What Envoy's jwt_authn does, configured as Istio does for the same issuer. */
  readonly envoy: 'passes' | 'refuses';
  /** Why the two differ. */
  readonly why?: string;
};

/** What a refused caller is told, and with which status. */
export const challenges = {
  'asks for a token': [401, 'Bearer'],
  'token is invalid': [
    401,
    'Bearer error="invalid_token", error_description="the token is not valid here"',
  ],
  'token is expired': [
    401,
    'Bearer error="invalid_token", error_description="the token is expired"',
  ],
  'scope is missing': [403, 'Bearer error="insufficient_scope", scope="orders:read"'],
} as const satisfies Record<string, readonly [number, string]>;

import {
  secondsFromNow,
  type Claims,
  type Issuer,
  type OtherKey,
  type SignOptions,
} from '../stubs/issuer.js';
import type { Row } from './row.js';

type Show = Row['show'];

/** A token with claims and header that differ from those that every check accepts. */
export function bearing(overrides: Claims = {}, header: Claims = {}): Show {
  return (issuer) => `Bearer ${issuer.token(overrides, header)}`;
}

/** With a time in seconds from when the token is shown. */
export function timed(claim: string, seconds: number): Show {
  return (issuer) => bearing({ [claim]: secondsFromNow(seconds) })(issuer);
}

/** Signed by another key of the issuer. */
export function by(key: OtherKey, header: Claims = {}, options: SignOptions = {}): Show {
  return (issuer) => {
    const own = { alg: 'RS256', kid: issuer.nameOf(key), ...header };
    return `Bearer ${issuer.sign(own, issuer.claims(), { by: key, ...options })}`;
  };
}

/** With claims as they are written. */
export function written(write: (claims: Claims, issuer: Issuer) => string | Buffer): Show {
  return (issuer) => {
    const claims = write(issuer.claims(), issuer);
    return `Bearer ${issuer.sign({ alg: 'RS256', kid: issuer.keyName }, claims)}`;
  };
}

/** With a claim that is there a second time. */
export function twice(claim: string, value: unknown): Show {
  return written((claims) => {
    const first = JSON.stringify({ ...claims, [claim]: value });
    return first.replace(/}$/, `,${JSON.stringify(claim)}:${JSON.stringify(value)}}`);
  });
}

/** With a header as it is written. */
export function headed(header: string): Show {
  return (issuer) =>
    `Bearer ${issuer.sign(header.replaceAll('key-1', issuer.keyName), issuer.claims())}`;
}

/** Changed after it was signed. */
export function changed(change: (token: string) => string): Show {
  return (issuer) => `Bearer ${change(issuer.token())}`;
}

/** With claims whose base64url is padded, and was when they were signed. */
export function padded(): Show {
  return (issuer) => {
    const note = ['', 'n'].find((text) => JSON.stringify(issuer.claims({ note: text })).length % 3);
    const header = { alg: 'RS256', kid: issuer.keyName };
    return `Bearer ${issuer.sign(header, issuer.claims({ note }), { padded: true })}`;
  };
}

/** The last digit holds bits that an encoder leaves zero: a decoder may take the next one for it. */
export function withNextDigit(token: string): string {
  const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return token.slice(0, -1) + digits[digits.indexOf(token.slice(-1)) + 1]!;
}

/** RFC 7515 section 7.2.2. */
export function asJson(token: string): string {
  const [header, payload, signature] = token.split('.');
  return JSON.stringify({ protected: header, payload, signature });
}

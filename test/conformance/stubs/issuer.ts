import { createHmac, createSign, generateKeyPairSync, type KeyObject } from 'node:crypto';

import { HttpStub } from './http-stub.js';

export type Claims = Readonly<Record<string, unknown>>;

type Key = { readonly id: string; readonly privateKey: KeyObject; readonly publicKey: KeyObject };

/** Signs tokens, and publishes its keys. */
export class Issuer {
  readonly name = 'https://issuer.test';
  readonly audience = 'orders';
  fetched = 0;
  #keys: Key[] = [makeKey('key-1')];
  readonly #stub = new HttpStub((_request, response) => {
    this.fetched += 1;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ keys: this.#keys.map(toJwk) }));
  });

  async start(): Promise<this> {
    await this.#stub.start();
    return this;
  }

  get url(): string {
    return `${this.#stub.url}/jwks.json`;
  }

  stop(): void {
    this.#stub.stop();
  }

  /** Publishes a further key and signs with it from now on. */
  rotate(): void {
    this.#keys = [makeKey(`key-${this.#keys.length + 1}`), ...this.#keys];
  }

  /** A token that every check accepts, but for what is overridden. */
  token(overrides: Claims = {}, header: Claims = {}): string {
    const key = this.#key;
    const content =
      encode({ alg: 'RS256', kid: key.id, ...header }) + '.' + this.#payload(overrides);
    return `${content}.${createSign('RSA-SHA256').update(content).sign(key.privateKey, 'base64url')}`;
  }

  /** A token of somebody who pretends to be this issuer. */
  forged(): string {
    const { privateKey } = makeKey('');
    const content = `${encode({ alg: 'RS256', kid: this.#key.id })}.${this.#payload({})}`;
    return `${content}.${createSign('RSA-SHA256').update(content).sign(privateKey, 'base64url')}`;
  }

  unsigned(): string {
    return `${encode({ alg: 'none', kid: this.#key.id })}.${this.#payload({})}.`;
  }

  /** A token whose shared secret is the public key, which everybody knows. */
  withPublicKeyAsSecret(): string {
    const content = `${encode({ alg: 'HS256', kid: this.#key.id })}.${this.#payload({})}`;
    const secret = this.#key.publicKey.export({ type: 'spki', format: 'pem' });
    return `${content}.${createHmac('sha256', secret).update(content).digest('base64url')}`;
  }

  get #key(): Key {
    return this.#keys[0]!;
  }

  #payload(overrides: Claims): string {
    return encode({
      iss: this.name,
      sub: 'alice',
      aud: this.audience,
      exp: secondsFromNow(3_600),
      scope: 'orders:read orders:write',
      ...overrides,
    });
  }
}

/** A time in the claims of a token. */
export function secondsFromNow(seconds: number): number {
  return Math.floor(Date.now() / 1_000) + seconds;
}

function makeKey(id: string): Key {
  return { id, ...generateKeyPairSync('rsa', { modulusLength: 2_048 }) };
}

function toJwk({ id, publicKey }: Key): Record<string, unknown> {
  return { ...publicKey.export({ format: 'jwk' }), kid: id, use: 'sig' };
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

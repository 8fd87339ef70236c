import {
  constants,
  createHmac,
  createSign,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto';

import { HttpStub } from './http-stub.js';

export type Claims = Readonly<Record<string, unknown>>;

type Key = {
  readonly id: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  /** What the published key says beside. */
  readonly says?: Claims;
};

export type SignOptions = {
  /** Another key than the first. */
  readonly by?: OtherKey;
  /** An ECDSA signature as X.509 has it. */
  readonly der?: boolean;
  /** Whether the claims end with the = that base64url leaves out. */
  readonly padded?: boolean;
};

/** Keys that are published beside the one that signs unless told otherwise, and when they count. */
export type OtherKey = 'second' | 'elliptic' | 'weak' | 'encrypts' | 'bound to RS512';

/** Signs tokens, and publishes its keys. */
export class Issuer {
  readonly name = 'https://issuer.test';
  readonly audience = 'orders';
  fetched = 0;
  /** Whether it answers with its keys. */
  isDown = false;
  #keys: Key[] = [makeKey('key-1')];
  readonly #others: Readonly<Record<OtherKey, Key>> = {
    second: makeKey('second'),
    elliptic: { id: 'elliptic', ...generateKeyPairSync('ec', { namedCurve: 'P-256' }) },
    weak: { id: 'weak', ...generateKeyPairSync('rsa', { modulusLength: 1_024 }) },
    encrypts: { ...makeKey('encrypts'), says: { use: 'enc' } },
    'bound to RS512': { ...makeKey('bound'), says: { alg: 'RS512' } },
  };
  readonly #stub = new HttpStub((_request, response) => {
    this.fetched += 1;
    response.statusCode = this.isDown ? 503 : 200;
    response.setHeader('content-type', 'application/json');
    response.end(this.keySet);
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

  /** What it publishes (RFC 7517). */
  get keySet(): string {
    return JSON.stringify({ keys: [...this.#keys, ...Object.values(this.#others)].map(toJwk) });
  }

  /** Publishes a further key and signs with it from now on. */
  rotate(): void {
    this.#keys = [makeKey(`key-${this.#keys.length + 1}`), ...this.#keys];
  }

  /** A token that every check accepts, but for what is overridden. */
  token(overrides: Claims = {}, header: Claims = {}): string {
    const key = this.#key;
    return this.sign({ alg: 'RS256', kid: key.id, ...header }, this.claims(overrides));
  }

  /** Signs a header and claims, text as it is written, with the hash that the header's `alg` names. */
  sign(
    header: Claims | string,
    claims: Claims | string | Buffer,
    { by, der = false, padded = false }: SignOptions = {},
  ): string {
    const segment = encode(claims);
    const padding = padded ? '='.repeat(-segment.length & 3) : '';
    const content = `${encode(header)}.${segment}${padding}`;
    const alg = typeof header === 'string' ? 'RS256' : String(header['alg']);
    const { privateKey } = by === undefined ? this.#key : this.#others[by];
    const signature = createSign(`sha${/\d{3}$/.exec(alg)?.[0] ?? '256'}`)
      .update(content)
      .sign({
        key: privateKey,
        dsaEncoding: der ? 'der' : 'ieee-p1363',
        ...(alg.startsWith('PS') && { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }),
      });
    return `${content}.${signature.toString('base64url')}`;
  }

  /** The name of the key that signs unless told otherwise. */
  get keyName(): string {
    return this.#key.id;
  }

  /** The name of a key, as the headers of tokens say it. */
  nameOf(key: OtherKey): string {
    return this.#others[key].id;
  }

  /** A token of somebody who pretends to be this issuer. */
  forged(): string {
    const { privateKey } = makeKey('');
    const content = `${encode({ alg: 'RS256', kid: this.#key.id })}.${encode(this.claims())}`;
    return `${content}.${createSign('RSA-SHA256').update(content).sign(privateKey, 'base64url')}`;
  }

  unsigned(): string {
    return `${encode({ alg: 'none', kid: this.#key.id })}.${encode(this.claims())}.`;
  }

  /** A token whose shared secret is the public key, which everybody knows. */
  withPublicKeyAsSecret(): string {
    const content = `${encode({ alg: 'HS256', kid: this.#key.id })}.${encode(this.claims())}`;
    const secret = this.#key.publicKey.export({ type: 'spki', format: 'pem' });
    return `${content}.${createHmac('sha256', secret).update(content).digest('base64url')}`;
  }

  get #key(): Key {
    return this.#keys[0]!;
  }

  /** Claims that every check accepts, but for what is overridden. */
  claims(overrides: Claims = {}): Claims {
    return {
      iss: this.name,
      sub: 'alice',
      aud: this.audience,
      exp: secondsFromNow(3_600),
      scope: 'orders:read orders:write',
      ...overrides,
    };
  }
}

/** A time in the claims of a token. */
export function secondsFromNow(seconds: number): number {
  return Math.floor(Date.now() / 1_000) + seconds;
}

function makeKey(id: string): Key {
  return { id, ...generateKeyPairSync('rsa', { modulusLength: 2_048 }) };
}

function toJwk({ id, publicKey, says }: Key): Record<string, unknown> {
  return { ...publicKey.export({ format: 'jwk' }), kid: id, use: 'sig', ...says };
}

function encode(value: Claims | string | Buffer): string {
  const isText = typeof value === 'string' || Buffer.isBuffer(value);
  return Buffer.from(isText ? value : JSON.stringify(value)).toString('base64url');
}

import { asJson, changed, padded, withNextDigit, written } from './make.js';
import type { Row } from './row.js';

/** How a token is put together. */
export const segments: readonly Row[] = [
  {
    title: 'two segments',
    show: changed((token) => token.replace(/\.[^.]*$/, '')),
    service: 'token is invalid',
    envoy: 'refuses',
  },
  {
    title: 'four segments',
    show: changed((token) => `${token}.e30`),
    service: 'token is invalid',
    envoy: 'refuses',
  },
  {
    title: 'five segments, as of an encrypted token',
    show: changed((token) => `${token}.e30.e30`),
    service: 'token is invalid',
    envoy: 'refuses',
  },
  {
    title: 'an empty signature',
    show: changed((token) => token.replace(/[^.]*$/, '')),
    service: 'token is invalid',
    envoy: 'refuses',
  },
  {
    title: 'a padded signature',
    show: changed((token) => `${token}==`),
    service: 'token is invalid',
    envoy: 'passes',
    why: 'Envoy decodes padding. RFC 7515 section 2 leaves it out.',
  },
  {
    title: 'padded claims',
    show: padded(),
    service: 'token is invalid',
    envoy: 'passes',
    why: 'Envoy decodes padding. RFC 7515 section 2 leaves it out.',
  },
  {
    title: 'a last digit that is not canonical',
    show: changed(withNextDigit),
    service: 'token is invalid',
    envoy: 'passes',
    why: 'Envoy drops the bits that are left over. Then one token has several spellings, which lists of revoked ones miss.',
  },
  {
    title: 'digits of plain base64',
    show: changed((token) => token.replaceAll('-', '+').replaceAll('_', '/')),
    service: 'token is invalid',
    envoy: 'refuses',
  },
  {
    title: 'the JSON serialization',
    show: (issuer) => `Bearer ${asJson(issuer.token())}`,
    service: 'token is invalid',
    envoy: 'refuses',
  },
  {
    title: 'claims that are a token',
    show: written((_claims, issuer) => issuer.token()),
    service: 'token is invalid',
    envoy: 'refuses',
  },
  {
    title: 'claims that are a list',
    show: written((claims) => JSON.stringify([claims])),
    service: 'token is invalid',
    envoy: 'refuses',
  },
  {
    title: 'claims that are text',
    show: written(() => '"alice"'),
    service: 'token is invalid',
    envoy: 'refuses',
  },
  {
    title: 'claims that are null',
    show: written(() => 'null'),
    service: 'token is invalid',
    envoy: 'refuses',
  },
  {
    title: 'claims with a byte order mark',
    show: written((claims) => `\uFEFF${JSON.stringify(claims)}`),
    service: 'token is invalid',
    envoy: 'refuses',
  },
  {
    title: 'claims with something behind',
    show: written((claims) => `${JSON.stringify(claims)}{}`),
    service: 'token is invalid',
    envoy: 'refuses',
  },
  {
    title: 'claims with a comma too many',
    show: written((claims) => JSON.stringify(claims).replace(/}$/, ',}')),
    service: 'token is invalid',
    envoy: 'passes',
    why: 'The parser of Envoy forgives it. It is not JSON.',
  },
  {
    title: 'claims that are not UTF-8',
    show: written((claims) => Buffer.from(JSON.stringify({ ...claims, note: '\u00ff' }), 'latin1')),
    service: 'token is invalid',
    envoy: 'refuses',
  },
  {
    title: 'claims with white space',
    show: written((claims) => ` ${JSON.stringify(claims, undefined, 2)}\n`),
    service: 'passes',
    envoy: 'passes',
  },
  {
    title: 'claims whose names are escaped',
    show: written((claims) => JSON.stringify(claims).replace('"exp"', String.raw`"\u0065xp"`)),
    service: 'passes',
    envoy: 'passes',
  },
];

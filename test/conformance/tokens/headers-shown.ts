import { bearing } from './make.js';
import type { Row } from './row.js';

/** What stands in the Authorization header. */
export const headersShown: readonly Row[] = [
  {
    title: 'a token',
    show: bearing(),
    service: 'passes',
    envoy: 'passes',
  },
  {
    title: 'a scheme in lower case',
    show: (issuer) => `bearer ${issuer.token()}`,
    service: 'passes',
    envoy: 'refuses',
    why: 'Envoy looks for "Bearer " as it is written. To RFC 9110 section 11.1 the case of a scheme is nothing.',
  },
  {
    title: 'another scheme',
    show: (issuer) => `Basic ${issuer.token()}`,
    service: 'asks for a token',
    envoy: 'refuses',
  },
  {
    title: 'no scheme',
    show: (issuer) => issuer.token(),
    service: 'asks for a token',
    envoy: 'refuses',
  },
  {
    title: 'a scheme and no token',
    show: () => 'Bearer ',
    service: 'asks for a token',
    envoy: 'refuses',
  },
  {
    title: 'a tab after the scheme',
    show: (issuer) => `Bearer\t${issuer.token()}`,
    service: 'asks for a token',
    envoy: 'refuses',
  },
  {
    title: 'two headers',
    show: (issuer) => [`Bearer ${issuer.token()}`, `Bearer ${issuer.token()}`],
    service: 'asks for a token',
    envoy: 'refuses',
  },
  {
    title: 'two spaces',
    show: (issuer) => `Bearer  ${issuer.token()}`,
    service: 'token is invalid',
    envoy: 'passes',
    why: 'Envoy skips what cannot begin a token. The service takes one space, as RFC 6750 section 2.1 has it.',
  },
  {
    title: 'two tokens in a list',
    show: (issuer) => `Bearer ${issuer.token()}, Bearer ${issuer.token()}`,
    service: 'token is invalid',
    envoy: 'refuses',
  },
  {
    title: 'something behind the token',
    show: (issuer) => `Bearer ${issuer.token()} x`,
    service: 'token is invalid',
    envoy: 'refuses',
  },
  {
    title: 'garbage',
    show: () => 'Bearer garbage',
    service: 'token is invalid',
    envoy: 'refuses',
  },
  {
    title: 'a token of 12 KiB',
    show: bearing({ note: 'n'.repeat(9_000) }),
    service: 'passes',
    envoy: 'passes',
  },
];

import { secondsFromNow } from '../stubs/issuer.js';
import { bearing, twice, written } from './make.js';
import type { Row } from './row.js';

/** What claims are called: two readers must not read two things. */
export const claimNames: readonly Row[] = [
  {
    title: 'a scope in two cases',
    show: bearing({ scope: 'orders:write', SCOPE: 'orders:read' }),
    service: 'token is invalid',
    envoy: 'passes',
    why: 'Envoy reads names letter for letter. So does the service, which also refuses what others could misread.',
  },
  {
    title: 'a scope with a long s',
    show: bearing({ scope: 'orders:write', '\u017Fcope': 'orders:read' }),
    service: 'token is invalid',
    envoy: 'passes',
    why: 'Envoy reads names letter for letter. So does the service, which also refuses what others could misread.',
  },
  {
    title: 'an expiry in two cases',
    show: (issuer) => bearing({ EXP: secondsFromNow(7_200) })(issuer),
    service: 'token is invalid',
    envoy: 'passes',
    why: 'Envoy reads names letter for letter. So does the service, which also refuses what others could misread.',
  },
  {
    title: 'an expiry in capitals',
    show: (issuer) => bearing({ exp: undefined, EXP: secondsFromNow(7_200) })(issuer),
    service: 'token is invalid',
    envoy: 'passes',
    why: 'To Envoy the token has no expiry, which it allows.',
  },
  {
    title: 'an issuer in two cases',
    show: bearing({ Iss: 'https://other.test' }),
    service: 'token is invalid',
    envoy: 'passes',
    why: 'Envoy reads names letter for letter. So does the service, which also refuses what others could misread.',
  },
  {
    title: 'an audience in two cases',
    show: bearing({ AUD: 'billing' }),
    service: 'token is invalid',
    envoy: 'passes',
    why: 'Envoy reads names letter for letter. So does the service, which also refuses what others could misread.',
  },
  {
    title: 'a begin in two cases',
    show: bearing({ NBF: 0 }),
    service: 'token is invalid',
    envoy: 'passes',
    why: 'Envoy reads names letter for letter. So does the service, which also refuses what others could misread.',
  },
  {
    title: 'a subject with a long s',
    show: bearing({ '\u017Fub': 'admin' }),
    service: 'token is invalid',
    envoy: 'passes',
    why: 'Envoy reads names letter for letter. So does the service, which also refuses what others could misread.',
  },
  {
    title: 'an expiry twice',
    show: twice('exp', 5_000_000_000),
    service: 'token is invalid',
    envoy: 'refuses',
  },
  {
    title: 'an issuer twice',
    show: twice('iss', 'https://issuer.test'),
    service: 'token is invalid',
    envoy: 'refuses',
  },
  {
    title: 'a scope twice',
    show: twice('scope', 'orders:read'),
    service: 'token is invalid',
    envoy: 'refuses',
  },
  {
    title: 'another claim twice',
    show: twice('note', 'one'),
    service: 'token is invalid',
    envoy: 'refuses',
  },
  {
    title: 'other claims in two cases',
    show: bearing({ note: 1, NOTE: 2 }),
    service: 'passes',
    envoy: 'passes',
  },
  {
    title: 'a name with a letter that folds otherwise',
    show: bearing({ '\u0131ss': 'https://other.test' }),
    service: 'passes',
    envoy: 'passes',
  },
  {
    title: 'claims below a claim, twice and in two cases',
    show: written((claims) =>
      JSON.stringify({ ...claims, realm: 0 }).replace(
        '"realm":0',
        '"realm":{"exp":1,"exp":2,"EXP":3}',
      ),
    ),
    service: 'passes',
    envoy: 'refuses',
    why: 'The parser of Envoy takes a name once, wherever it is. The service reads nothing below a claim.',
  },
];

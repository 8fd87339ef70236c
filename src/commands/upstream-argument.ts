import { addressOf, findHostProblem, suggestScheme } from '../transports/address.js';
import { schemeWords } from '../transports/transports.js';
import { inputError } from '../model/errors.js';
import { findNameProblem, suggestName } from '../model/names.js';
import { quote } from '../model/text.js';

export type NamedUrl = { readonly name: string; readonly url: string };

/** The sample that a service without a declared upstream calls, so that there is something to see. */
export const SAMPLE = { name: 'inventory', url: 'http://inventory.shop.svc.cluster.local:8080' };

const FLAG = '--upstream';

/** Reads `NAME=URL` values; `none` as the only one means no upstream. */
export function parseUpstreams(texts: readonly string[]): readonly NamedUrl[] {
  if (texts.includes('none')) {
    if (texts.length > 1) {
      throw inputError('invalid-upstream', '--upstream none cannot stand beside other upstreams.');
    }
    return [];
  }
  return texts.map((text) => parseUpstream(text, FLAG));
}

/**
 * Reads `NAME=URL`.
 *
 * @param before what is typed before it, for messages
 * @throws ToolError `invalid-upstream` (exit 2)
 */
export function parseUpstream(text: string, before: string): NamedUrl {
  const equals = text.indexOf('=');
  const named = { name: text.slice(0, equals), url: text.slice(equals + 1) };
  const problem =
    equals < 0
      ? `must have the form NAME=URL${before === FLAG ? ', or be none' : ''}`
      : findUpstreamProblem(named);
  if (problem === undefined) return named;
  const meant = equals < 0 ? guessUpstream(text) : withScheme(named);
  throw inputError(
    'invalid-upstream',
    `${before} ${quote(text)}: ${problem}.`,
    meant === undefined
      ? `For example ${before} ${SAMPLE.name}=${SAMPLE.url}`
      : `Did you mean ${before} ${meant.name}=${meant.url}?`,
  );
}

/** Why an upstream cannot be declared like this, or undefined. */
export function findUpstreamProblem({ name, url }: NamedUrl): string | undefined {
  const nameProblem = findNameProblem(name);
  if (nameProblem !== undefined) return `${quote(name)} is not a name: ${nameProblem.reason}`;
  const address = addressOf(url);
  if (address === undefined) {
    return `${quote(url)} must be an ${schemeWords} URL with a host name, without credentials, query or fragment`;
  }
  const hostProblem = findHostProblem(address.host);
  return hostProblem === undefined
    ? undefined
    : `${quote(address.host)} must be a full host name such as inventory.shop.svc.cluster.local: ${hostProblem}`;
}

/** What is meant by an address that lacks a name: `http://stock.shop.svc` is the upstream stock. */
function guessUpstream(text: string): NamedUrl | undefined {
  const url = /^https?:/i.test(text) ? text : `http://${text}`;
  const guess = { name: suggestName(addressOf(url)?.host.split('.')[0] ?? ''), url };
  return findUpstreamProblem(guess) === undefined ? guess : undefined;
}

/** The same upstream with a scheme, when it lacks nothing else. */
function withScheme({ name, url }: NamedUrl): NamedUrl | undefined {
  const guess = { name, url: `http://${url}` };
  return suggestScheme(url) !== '' && findUpstreamProblem(guess) === undefined ? guess : undefined;
}

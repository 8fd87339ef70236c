import type { ManifestObject, Problem } from '../../../manifests/manifest-file.js';
import { problem } from '../../../manifests/problem.js';
import { didYouMean } from '../../../model/suggest.js';
import { quote } from '../../../model/text.js';

const PROTOCOLS = ['unknown', 'HTTP/1', 'HTTP/2', 'gRPC', 'opaque', 'TLS'];
const POLICIES = [
  'deny',
  'audit',
  'all-authenticated',
  'all-unauthenticated',
  'cluster-authenticated',
  'cluster-unauthenticated',
];

/** Words that the schema leaves open and the admission webhook does not know. */
export function* checkServer({ spec }: ManifestObject): Generator<Problem> {
  const { proxyProtocol, accessPolicy } = spec as Readonly<Record<string, unknown>>;
  yield* oneOf('proxyProtocol', proxyProtocol, PROTOCOLS);
  yield* oneOf('accessPolicy', accessPolicy, POLICIES);
}

function* oneOf(field: string, value: unknown, words: readonly string[]): Generator<Problem> {
  if (typeof value !== 'string' || words.includes(value)) return;
  yield problem(
    ['spec', field],
    `spec.${field} is one of ${words.join(', ')}, not ${quote(value)}.${didYouMean(value, words)}`,
  );
}

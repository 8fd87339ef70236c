import { formatPath, type Problem, type ValuePath } from '../../../manifests/manifest-file.js';
import { problem } from '../../../manifests/problem.js';

type Lists = Readonly<Record<string, readonly string[] | undefined>>;
export type CustomRule = {
  readonly from?: readonly { readonly source?: Lists }[];
  readonly when?: readonly { readonly key: string }[];
};

/** Fields of a caller that are not known yet when an authorizer of one's own is asked. */
const LATER = ['namespaces', 'serviceAccounts', 'trustDomains', 'principals', 'requestPrincipals'];
const LATER_KEYS =
  /^(?:source\.(?:namespace|serviceAccount|trustDomain|principal)$|request\.auth\.)/;

/** What ValidateAuthorizationPolicy asks of action CUSTOM. */
export function* checkCustomAction(
  provider: { readonly name?: string } | undefined,
  rules: readonly CustomRule[],
): Generator<Problem> {
  if ((provider?.name ?? '') === '')
    yield problem(
      ['spec', 'action'],
      'action CUSTOM needs spec.provider.name: an extension provider of the mesh.',
    );
  for (const [index, { from = [], when = [] }] of rules.entries()) {
    const at: ValuePath = ['spec', 'rules', index];
    for (const [place, { source = {} }] of from.entries()) {
      for (const key of Object.keys(source)) {
        const bare = key.startsWith('not') ? `${key.charAt(3).toLowerCase()}${key.slice(4)}` : key;
        const own = [...at, 'from', place, 'source', key];
        if (LATER.includes(bare))
          yield problem(own, `${formatPath(own)} is not supported with action CUSTOM.`);
      }
    }
    for (const [place, { key }] of when.entries()) {
      const own = [...at, 'when', place, 'key'];
      if (LATER_KEYS.test(key)) yield problem(own, `${key} is not supported with action CUSTOM.`);
    }
  }
}

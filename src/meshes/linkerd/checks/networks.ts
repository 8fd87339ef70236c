import type { ManifestObject, Problem, ValuePath } from '../../../manifests/manifest-file.js';
import { problem } from '../../../manifests/problem.js';
import { quote } from '../../../model/text.js';

type Network = { readonly cidr: string; readonly except?: readonly string[] };

const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.|$)){4}$/;
const IPV6 = /^[0-9a-f:.]*:[0-9a-f:.]*$/i;

/** Networks of a NetworkAuthentication or an EgressNetwork. */
export function* checkNetworks({ spec }: ManifestObject): Generator<Problem> {
  const { networks = [] } = spec as { readonly networks?: readonly Network[] };
  for (const [index, { cidr, except = [] }] of networks.entries()) {
    const at = ['spec', 'networks', index];
    yield* checkCidr([...at, 'cidr'], cidr);
    for (const [place, each] of except.entries()) yield* checkCidr([...at, 'except', place], each);
  }
}

function* checkCidr(at: ValuePath, text: string): Generator<Problem> {
  const [address = '', length, ...more] = text.split('/');
  const longest = IPV4.test(address) ? 32 : IPV6.test(address) ? 128 : -1;
  const isLength = length === undefined || (/^\d{1,3}$/.test(length) && Number(length) <= longest);
  if (longest > 0 && isLength && more.length === 0) return;
  yield problem(at, `${quote(text)} is no network: write 10.0.0.0/8 or fd00::/8, or one address.`);
}
